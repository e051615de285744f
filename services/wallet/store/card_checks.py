"""What must always hold of cards, each with a query that finds rows where it does not; run with the ledger's checks."""

from __future__ import annotations

CARD_RULES = (
    (
        "a card that was opposed or replaced has no later presentation",
        """
        SELECT c.card_id, c.state, p.presentation_id FROM cards c
        JOIN presentations p USING (authority_id, card_id)
        WHERE c.authority_id = :authority_id AND p.recorded_at > c.ended_recorded_at
        """,
    ),
    (
        "a person has one card in use of each form",
        """
        SELECT person_id, form, count(*) AS cards FROM cards
        WHERE authority_id = :authority_id AND state = 'active' GROUP BY person_id, form HAVING count(*) > 1
        """,
    ),
    (
        "a card on paper or plastic has a code to scan and one to type, an app's card has none",
        """
        SELECT c.card_id, c.form, count(k.card_id) AS codes
        FROM cards c LEFT JOIN card_codes k USING (authority_id, card_id)
        WHERE c.authority_id = :authority_id
        GROUP BY c.card_id, c.form HAVING count(k.card_id) <> CASE c.form WHEN 'app' THEN 0 ELSE 2 END
        """,
    ),
    (
        "an exported order has a card of its batch and of its own holder",
        """
        SELECT o.order_id, o.state, o.batch_id, c.card_id
        FROM card_orders o LEFT JOIN cards c ON c.authority_id = o.authority_id AND c.card_id = o.card_id
             AND c.batch_id = o.batch_id AND c.person_id = o.person_id AND c.form = 'pvc'
        WHERE o.authority_id = :authority_id AND o.state <> 'ordered' AND c.card_id IS NULL
        """,
    ),
    (
        "an order and its card say the same of its use",
        """
        SELECT o.order_id, o.state, c.state AS card_state
        FROM card_orders o JOIN cards c USING (authority_id, card_id)
        WHERE o.authority_id = :authority_id AND ((o.state = 'activated') <> (c.activated_at IS NOT NULL)
            OR (o.state IN ('exported', 'sent')) <> (c.state = 'waiting'))
        """,
    ),
    (
        "a batch has the cards that it says, and keeps their codes until it is sent",
        """
        SELECT b.batch_id, b.cards, count(c.card_id) AS made, count(c.sealed_codes) AS codes_kept
        FROM card_batches b LEFT JOIN cards c USING (authority_id, batch_id)
        WHERE b.authority_id = :authority_id
        GROUP BY b.batch_id, b.cards, b.sent_at
        HAVING count(c.card_id) <> b.cards
            OR count(c.sealed_codes) <> CASE WHEN b.sent_at IS NULL THEN b.cards ELSE 0 END
        """,
    ),
)
