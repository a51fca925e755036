-- Times are microseconds since 1970 (UTC). Digests are SHA-256. Columns named like a word of the vocabulary hold that word.

-- last_seq: the highest sequence ever committed. trimmed_to: the highest sequence deleted because the lake covers it.
CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO mark VALUES ('last_seq', 0), ('trimmed_to', 0);

-- Accepted and not yet in the lake: one Arrow IPC stream for each submission that accepted something.
CREATE TABLE batch (
  seq INTEGER PRIMARY KEY,
  row_count INTEGER NOT NULL,
  crc32 INTEGER NOT NULL,
  ipc BLOB NOT NULL
) STRICT;

-- When a contact began, for ever. key: the 64-bit digest of the contact key.
CREATE TABLE contact_start (key INTEGER PRIMARY KEY, started_us INTEGER NOT NULL) STRICT;

-- state: done, or pending while a bulk file is not known to be in the lake.
CREATE TABLE receipt (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  door TEXT NOT NULL,
  state TEXT NOT NULL,
  received_us INTEGER NOT NULL,
  seq INTEGER,
  received INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  idempotency_key TEXT,
  body_digest BLOB,
  file_label TEXT,
  file_digest BLOB,
  data_files TEXT,
  answer TEXT
) STRICT;
CREATE UNIQUE INDEX receipt_key ON receipt (provider, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX receipt_file ON receipt (file_digest) WHERE file_digest IS NOT NULL;
CREATE INDEX receipt_time ON receipt (received_us);

-- state: open, replayed, or pending with its bulk file. awaited: its contact has become known since.
-- of_row: no event could be made of the row, so the row counts as rejected, not as mapped.
CREATE TABLE reject (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  receipt TEXT NOT NULL,
  received_us INTEGER NOT NULL,
  provider TEXT NOT NULL,
  source TEXT NOT NULL,
  code TEXT NOT NULL,
  field TEXT,
  message TEXT NOT NULL,
  position TEXT NOT NULL,
  event_id TEXT,
  contact INTEGER,
  format TEXT NOT NULL,
  of_row INTEGER NOT NULL,
  state TEXT NOT NULL,
  awaited INTEGER NOT NULL DEFAULT 0,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX reject_open ON reject (code, provider, source) WHERE state = 'open';
CREATE INDEX reject_unknown ON reject (contact) WHERE state = 'open' AND code = 'unknown_contact';
CREATE INDEX reject_awaited ON reject (id) WHERE awaited = 1;
CREATE INDEX reject_receipt ON reject (receipt);

-- What became of that which was received in an hour. A replay changes the hour in which its reject was received.
CREATE TABLE ledger (
  hour_us INTEGER NOT NULL,
  provider TEXT NOT NULL,
  source TEXT NOT NULL,
  received INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  conflict INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  rows_read INTEGER NOT NULL,
  rows_mapped INTEGER NOT NULL,
  rows_rejected INTEGER NOT NULL,
  PRIMARY KEY (hour_us, provider, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE skipped (
  hour_us INTEGER NOT NULL,
  provider TEXT NOT NULL,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  PRIMARY KEY (hour_us, provider, source, name)
) STRICT, WITHOUT ROWID;

-- Files on their way to the lake. books: what enters the ledger once they are there.
CREATE TABLE bulk (digest BLOB PRIMARY KEY, receipt TEXT NOT NULL, books TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Network and mapping files by hash, and every instant at which one became the one in force.
CREATE TABLE document (hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE acceptance (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES document (hash),
  accepted_us INTEGER NOT NULL
) STRICT;
CREATE INDEX acceptance_kind ON acceptance (kind, n);
