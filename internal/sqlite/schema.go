package sqlite

// version is PRAGMA user_version of this schema.
const version = 1

// schema keeps every record in one table and its places in indexes in another.
// Versions come from one counter, so that none ever comes back.
const schema = `
CREATE TABLE record (
  kind INTEGER NOT NULL,
  part TEXT NOT NULL,
  sort TEXT NOT NULL,
  version INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (kind, part, sort)
) WITHOUT ROWID;
CREATE TABLE place (
  ix INTEGER NOT NULL,
  ipart TEXT NOT NULL,
  isort TEXT NOT NULL,
  kind INTEGER NOT NULL,
  part TEXT NOT NULL,
  sort TEXT NOT NULL,
  PRIMARY KEY (ix, ipart, isort, kind, part, sort)
) WITHOUT ROWID;
CREATE TABLE counter (version INTEGER NOT NULL);
INSERT INTO counter VALUES (0);
`

// Every bound below is one that the primary key can seek to: no OR, no function.
const (
	sqlGet      = `SELECT version, body FROM record WHERE kind = ? AND part = ? AND sort = ?`
	sqlFrom     = `SELECT version, body FROM record WHERE kind = ? AND part = ? AND sort >= ? AND sort < ? ORDER BY sort LIMIT ?`
	sqlAfter    = `SELECT version, body FROM record WHERE kind = ? AND part = ? AND sort > ? AND sort < ? ORDER BY sort LIMIT ?`
	sqlReverse  = `SELECT version, body FROM record WHERE kind = ? AND part = ? AND sort >= ? AND sort < ? ORDER BY sort DESC LIMIT ?`
	sqlPut      = `INSERT INTO record (kind, part, sort, version, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body`
	sqlDelete   = `DELETE FROM record WHERE kind = ? AND part = ? AND sort = ?`
	sqlPlace    = `INSERT INTO place (ix, ipart, isort, kind, part, sort) VALUES (?, ?, ?, ?, ?, ?)`
	sqlUnplace  = `DELETE FROM place WHERE ix = ? AND ipart = ? AND isort = ? AND kind = ? AND part = ? AND sort = ?`
	sqlFindFrom = `SELECT r.kind, r.version, r.body FROM place p CROSS JOIN record r USING (kind, part, sort) WHERE p.ix = ? AND p.ipart = ? AND p.isort >= ? AND p.isort <= ? ORDER BY p.isort, p.kind, p.part, p.sort LIMIT ?`
	sqlFind     = `SELECT r.kind, r.version, r.body FROM place p CROSS JOIN record r USING (kind, part, sort) WHERE p.ix = ? AND p.ipart = ? AND p.isort > ? AND p.isort <= ? ORDER BY p.isort, p.kind, p.part, p.sort LIMIT ?`
	sqlCounter  = `SELECT version FROM counter`
	sqlAdvanced = `UPDATE counter SET version = ?`
)

// last is behind every place: 0xff begins no character.
const last = "\xff\xff\xff\xff"
