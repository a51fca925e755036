-- began_us: when its contact began, as the rejected event says; site, queue: as it names them.
-- settled_us: from when on nothing is lacking for it: an event of its contact was accepted, or it was read again. A reject
-- of an older file says nothing of when its contact began.
ALTER TABLE reject ADD COLUMN began_us INTEGER;
ALTER TABLE reject ADD COLUMN site TEXT;
ALTER TABLE reject ADD COLUMN queue TEXT;
ALTER TABLE reject ADD COLUMN settled_us INTEGER;
UPDATE reject SET settled_us = received_us
 WHERE state = 'replayed' OR EXISTS (SELECT 1 FROM contact_start WHERE key = reject.contact);
CREATE INDEX reject_lacking ON reject (contact) WHERE settled_us IS NULL;
-- All that is asked of what is lacking: the new columns lie behind the bytes, which need not be read for them.
CREATE INDEX reject_settled ON reject (settled_us, state, provider, contact, began_us, received_us, site, queue);
