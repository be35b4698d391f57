"""An SMS gateway with Twilio's Messages API (2010-04-01), so that Twilio's own client can talk to it."""
