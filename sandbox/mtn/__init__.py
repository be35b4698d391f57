"""MTN Mobile Money: Collections and Disbursements as the open API speaks them (v1_0, OpenAPI files of 2024)."""
