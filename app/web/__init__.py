"""Flask glue: access, transactions, errors, security headers, languages. Knows no domain."""
