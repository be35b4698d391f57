"""The adapters: one for each operator that collects for the court, behind the port in `app.payments.provider`."""
