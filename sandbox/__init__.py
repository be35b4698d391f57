"""The world outside the portal, for the demo and the contract tests: mobile money operators, an SMS gateway and a
mailbox that speak the real wire protocols over loopback. No money moves, and nothing leaves this machine.

The portal knows it by base URL only: nothing here imports `app`, and `app` imports nothing from here.
"""
