-- Times are seconds since 1970 by the sandbox's own clock. Money is integer minor units beside its currency.

CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS mtn_users (
    id TEXT PRIMARY KEY, callback_host TEXT NOT NULL, target TEXT NOT NULL, api_key TEXT, created_at REAL NOT NULL);

CREATE TABLE IF NOT EXISTS mtn_tokens (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL, product TEXT NOT NULL, expires_at REAL NOT NULL);

-- One row per X-Reference-Id, collections and refunds alike. `next_step` and `due_at` are what the operator will do by itself.
CREATE TABLE IF NOT EXISTS mtn_payments (
    reference_id TEXT PRIMARY KEY, kind TEXT NOT NULL, user_id TEXT NOT NULL, target TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, external_id TEXT NOT NULL,
    party_type TEXT NOT NULL, party_id TEXT NOT NULL, payer_message TEXT, payee_note TEXT, callback_url TEXT,
    refund_of TEXT, status TEXT NOT NULL, reason TEXT, financial_id TEXT UNIQUE,
    asks INTEGER NOT NULL, ignored INTEGER NOT NULL DEFAULT 0, next_step TEXT, next_reason TEXT, due_at REAL,
    created_until REAL NOT NULL, hidden_until REAL NOT NULL, shapes TEXT NOT NULL,
    posts INTEGER NOT NULL DEFAULT 1, created_at REAL NOT NULL, settled_at REAL);
CREATE INDEX IF NOT EXISTS mtn_payments_due ON mtn_payments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS mtn_payments_party ON mtn_payments (party_id, created_at);

CREATE TABLE IF NOT EXISTS airtel_tokens (token TEXT PRIMARY KEY, expires_at REAL NOT NULL);

-- As mtn_payments; the reference id is the caller's transaction.id, and the financial id is airtel_money_id.
CREATE TABLE IF NOT EXISTS airtel_payments (
    reference_id TEXT PRIMARY KEY, kind TEXT NOT NULL, user_id TEXT NOT NULL, target TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, external_id TEXT NOT NULL,
    party_type TEXT NOT NULL, party_id TEXT NOT NULL, payer_message TEXT, payee_note TEXT, callback_url TEXT,
    refund_of TEXT, status TEXT NOT NULL, reason TEXT, financial_id TEXT UNIQUE,
    asks INTEGER NOT NULL, ignored INTEGER NOT NULL DEFAULT 0, next_step TEXT, next_reason TEXT, due_at REAL,
    created_until REAL NOT NULL, hidden_until REAL NOT NULL, shapes TEXT NOT NULL,
    posts INTEGER NOT NULL DEFAULT 1, created_at REAL NOT NULL, settled_at REAL);
CREATE INDEX IF NOT EXISTS airtel_payments_due ON airtel_payments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS airtel_payments_party ON airtel_payments (party_id, created_at);

CREATE TABLE IF NOT EXISTS daraja_tokens (token TEXT PRIMARY KEY, expires_at REAL NOT NULL);

-- One row per CheckoutRequestID. `code` is the ResultCode once there is one; `next_code` and `due_at` are what comes by itself.
CREATE TABLE IF NOT EXISTS daraja_payments (
    checkout_id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL, shortcode TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), msisdn TEXT NOT NULL, account_reference TEXT NOT NULL,
    description TEXT NOT NULL, callback_url TEXT NOT NULL, code TEXT, receipt TEXT UNIQUE,
    asks INTEGER NOT NULL, ignored INTEGER NOT NULL DEFAULT 0, next_code TEXT, due_at REAL, shapes TEXT NOT NULL,
    created_at REAL NOT NULL, settled_at REAL);
CREATE INDEX IF NOT EXISTS daraja_payments_due ON daraja_payments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS daraja_payments_msisdn ON daraja_payments (msisdn, created_at);

CREATE TABLE IF NOT EXISTS daraja_urls (
    shortcode TEXT PRIMARY KEY, confirmation_url TEXT NOT NULL, validation_url TEXT NOT NULL, response_type TEXT NOT NULL);

-- Payments to the paybill that nobody asked for; `code` is NULL while the owner's validation is awaited.
CREATE TABLE IF NOT EXISTS daraja_bills (
    trans_id TEXT PRIMARY KEY, msisdn TEXT NOT NULL, account TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
    code TEXT, shapes TEXT NOT NULL, due_at REAL, created_at REAL NOT NULL, settled_at REAL);
CREATE INDEX IF NOT EXISTS daraja_bills_msisdn ON daraja_bills (msisdn, created_at);

CREATE TABLE IF NOT EXISTS daraja_reversals (
    conversation_id TEXT PRIMARY KEY, originator_id TEXT NOT NULL, trans_id TEXT NOT NULL, shortcode TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), result_url TEXT NOT NULL, timeout_url TEXT NOT NULL, code TEXT,
    shapes TEXT NOT NULL, due_at REAL, created_at REAL NOT NULL, settled_at REAL);

-- Double entry: the entries of one reference id sum to zero, and one reference id moves an account once at most.
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL,
    reference_id TEXT NOT NULL, at REAL NOT NULL, UNIQUE (reference_id, account));
CREATE INDEX IF NOT EXISTS entries_account ON entries (account, currency);

-- Calls to the portal that are still to be made, with their bytes fixed when they were decided.
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, about TEXT NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
    done_at REAL, answer TEXT);
CREATE INDEX IF NOT EXISTS calls_due ON calls (due_at) WHERE done_at IS NULL;

CREATE TABLE IF NOT EXISTS sms (
    sid TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, to_number TEXT NOT NULL, from_number TEXT NOT NULL,
    service TEXT, body TEXT NOT NULL, status TEXT NOT NULL, error_code INTEGER, callback TEXT, shapes TEXT NOT NULL,
    next_status TEXT, due_at REAL, created_at REAL NOT NULL, sent_at REAL, updated_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS sms_due ON sms (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS sms_to ON sms (to_number, number);

CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, sender TEXT NOT NULL, raw BLOB NOT NULL,
    copies INTEGER NOT NULL DEFAULT 1, first_at REAL NOT NULL, last_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS mail_recipients (
    address TEXT NOT NULL, mail_id INTEGER NOT NULL REFERENCES mails (id), PRIMARY KEY (address, mail_id)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, operator TEXT NOT NULL, kind TEXT NOT NULL, moment TEXT NOT NULL,
    msisdn TEXT, remaining INTEGER, seconds REAL NOT NULL, count INTEGER NOT NULL, created_at REAL NOT NULL);

CREATE TABLE IF NOT EXISTS authenticators (label TEXT PRIMARY KEY, secret TEXT NOT NULL);

-- What the bank got for a day in Kigali ("2026-05-04"), in minor units; decided once.
CREATE TABLE IF NOT EXISTS settlements (
    word TEXT NOT NULL, day TEXT NOT NULL, gross INTEGER NOT NULL, charge INTEGER NOT NULL, PRIMARY KEY (word, day));
-- IremboPay: one row per transactionId of the merchant. `paid_after_all_at`: an expired invoice that turns out paid.
CREATE TABLE IF NOT EXISTS irembopay_invoices (
    number TEXT PRIMARY KEY, transaction_id TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, items TEXT NOT NULL, customer TEXT NOT NULL,
    description TEXT, language TEXT NOT NULL, expiry_at REAL, link TEXT NOT NULL, status TEXT NOT NULL,
    shapes TEXT NOT NULL, hidden_until REAL NOT NULL, paid_after_all_at REAL, posts INTEGER NOT NULL DEFAULT 1,
    created_at REAL NOT NULL, updated_at REAL NOT NULL, paid_at REAL, method TEXT, payment_reference TEXT, payer TEXT);
CREATE INDEX IF NOT EXISTS irembopay_invoices_late ON irembopay_invoices (paid_after_all_at)
    WHERE paid_after_all_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS irembopay_pushes (
    reference TEXT PRIMARY KEY, invoice_number TEXT NOT NULL REFERENCES irembopay_invoices (number),
    phone TEXT NOT NULL, provider TEXT NOT NULL, state TEXT NOT NULL, due_at REAL, created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS irembopay_pushes_due ON irembopay_pushes (due_at) WHERE due_at IS NOT NULL;

-- Stripe: one row per Checkout Session; the payment intent and the charge live in it. Amounts are Stripe's own units.
CREATE TABLE IF NOT EXISTS stripe_sessions (
    id TEXT PRIMARY KEY, amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, name TEXT NOT NULL,
    success_url TEXT NOT NULL, cancel_url TEXT, client_reference_id TEXT, metadata TEXT NOT NULL,
    intent_metadata TEXT NOT NULL, locale TEXT, expires_at REAL NOT NULL, url TEXT NOT NULL, status TEXT NOT NULL,
    payment_status TEXT NOT NULL, intent_id TEXT UNIQUE, charge_id TEXT UNIQUE, intent_status TEXT, problem TEXT,
    shapes TEXT NOT NULL, paid_later_at REAL, created_at REAL NOT NULL, paid_at REAL);
CREATE INDEX IF NOT EXISTS stripe_sessions_open ON stripe_sessions (expires_at) WHERE status = 'open';
CREATE INDEX IF NOT EXISTS stripe_sessions_later ON stripe_sessions (paid_later_at) WHERE paid_later_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS stripe_refunds (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES stripe_sessions (id), intent_id TEXT NOT NULL,
    charge_id TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, status TEXT NOT NULL,
    reason TEXT, metadata TEXT NOT NULL, next_status TEXT, due_at REAL, created_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS stripe_refunds_due ON stripe_refunds (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS stripe_keys (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    created_at REAL NOT NULL);
