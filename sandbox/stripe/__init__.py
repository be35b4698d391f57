"""The parts of Stripe's API that Checkout needs: sessions, the page where a card is used, refunds, signed events."""
