"""IremboPay's API v2: invoices, the page where they are paid, and signed webhooks."""
