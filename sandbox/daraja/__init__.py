"""Safaricom's Daraja: M-Pesa Express (STK push), C2B paybill and reversals as its API speaks them."""
