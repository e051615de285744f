"""The key database: a key an account, and the journal of erasures. Its backups last 30 days."""
