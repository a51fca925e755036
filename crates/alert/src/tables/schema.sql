-- Times are microseconds since 1970 (UTC). Bodies are JSON.

-- What is known of a rule and subject, alerts that fire included.
CREATE TABLE alert_state (
  rule TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (rule, subject)
) STRICT, WITHOUT ROWID;

-- Alerts as they are after their last change.
CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  fired_us INTEGER NOT NULL,
  closed_us INTEGER,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_firing ON alert (fired_us) WHERE closed_us IS NULL;
CREATE INDEX alert_time ON alert (fired_us);

-- Every change, in the order in which they became durable.
CREATE TABLE alert_notice (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  alert TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX alert_notice_alert ON alert_notice (alert, seq);

-- Messages owed to receivers: changes that are told together, in lines that keep their order.
-- state: waiting, sent, dead, discarded. first_us: when it was to be sent first. Nothing is added once it was attempted.
CREATE TABLE alert_outbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  receiver TEXT NOT NULL,
  line TEXT NOT NULL,
  state TEXT NOT NULL,
  first_us INTEGER NOT NULL,
  due_us INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT,
  done_us INTEGER,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX alert_outbox_line ON alert_outbox (receiver, line, n) WHERE state = 'waiting';
CREATE INDEX alert_outbox_due ON alert_outbox (receiver, due_us) WHERE state = 'waiting';
CREATE INDEX alert_outbox_dead ON alert_outbox (n) WHERE state = 'dead';
CREATE INDEX alert_outbox_done ON alert_outbox (done_us) WHERE state = 'sent' OR state = 'discarded';

-- What a receiver that forgets was told last, to be told again: an alert as it shows it, under the labels it knows it by.
CREATE TABLE alert_told (
  receiver TEXT NOT NULL,
  labels TEXT NOT NULL,
  alert TEXT NOT NULL,
  ended_us INTEGER,
  due_us INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (receiver, labels)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_told_due ON alert_told (receiver, due_us);
