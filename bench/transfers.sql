-- What a debit costs as a transfer function in the database, one call a transaction: the same shape as the public
-- PostgreSQL ledgers have it (two accounts locked in id order, balance and version moved on both sides, a transfer and
-- two entries with the balance before and after). Written for this bench; nothing of the service is in it.
CREATE TABLE ledger_accounts (
    account_id bigint PRIMARY KEY,
    balance_cents bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 0,
    may_be_negative boolean NOT NULL DEFAULT true
);
CREATE TABLE ledger_transfers (
    transfer_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    from_account bigint NOT NULL REFERENCES ledger_accounts,
    to_account bigint NOT NULL REFERENCES ledger_accounts,
    amount_cents bigint NOT NULL CHECK (amount_cents > 0),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE ledger_entries (
    entry_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id bigint NOT NULL REFERENCES ledger_accounts,
    transfer_id uuid NOT NULL REFERENCES ledger_transfers,
    amount_cents bigint NOT NULL,
    balance_before_cents bigint NOT NULL,
    balance_after_cents bigint NOT NULL,
    account_version bigint NOT NULL
);
CREATE INDEX ON ledger_entries (account_id, account_version);
CREATE INDEX ON ledger_entries (transfer_id);

CREATE FUNCTION move_cents(payer bigint, payee bigint, cents bigint) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    made uuid;
    payer_now ledger_accounts;
    payee_now ledger_accounts;
BEGIN
    PERFORM FROM ledger_accounts WHERE account_id IN (payer, payee) ORDER BY account_id FOR UPDATE;
    UPDATE ledger_accounts SET balance_cents = balance_cents - cents, version = version + 1
        WHERE account_id = payer RETURNING * INTO STRICT payer_now;
    IF payer_now.balance_cents < 0 AND NOT payer_now.may_be_negative THEN
        RAISE EXCEPTION 'account % holds too little', payer;
    END IF;
    UPDATE ledger_accounts SET balance_cents = balance_cents + cents, version = version + 1
        WHERE account_id = payee RETURNING * INTO STRICT payee_now;
    INSERT INTO ledger_transfers (from_account, to_account, amount_cents)
        VALUES (payer, payee, cents) RETURNING transfer_id INTO made;
    INSERT INTO ledger_entries (account_id, transfer_id, amount_cents, balance_before_cents, balance_after_cents,
                                account_version)
        VALUES (payer, made, -cents, payer_now.balance_cents + cents, payer_now.balance_cents, payer_now.version),
               (payee, made, cents, payee_now.balance_cents - cents, payee_now.balance_cents, payee_now.version);
    RETURN made;
END $$;
