package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"runtime"

	senda "github.com/senda-dev/senda"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Synchronous says when a commit is safe.
type Synchronous string

// The settings; see the package's comment.
const (
	Full   Synchronous = "FULL"
	Normal Synchronous = "NORMAL"
)

// Store is a senda.Store in a file.
type Store struct {
	read   *sql.DB
	stmts  map[string]*sql.Stmt
	writer *writer
}

// Open opens or creates the file. Close it.
func Open(ctx context.Context, path string, sync Synchronous) (*Store, error) {
	if sync != Full && sync != Normal {
		return nil, senda.Errorf(senda.Invalid, "open "+path, "synchronous is %q", sync).WithHelp("use FULL or NORMAL")
	}
	dsn := func(mode string) string {
		q := url.Values{}
		for _, p := range []string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(" + string(sync) + ")", "cache_size(-16000)"} {
			q.Add("_pragma", p)
		}
		q.Set("_txlock", mode)
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	}
	wdb, err := sql.Open("sqlite", dsn("immediate"))
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "open "+path, err)
	}
	wdb.SetMaxOpenConns(1)
	w, err := newWriter(ctx, wdb)
	if err != nil {
		return nil, senda.Wrap(senda.CodeOf(err), "open "+path, err)
	}
	rdb, err := sql.Open("sqlite", dsn("deferred"))
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "open "+path, err)
	}
	rdb.SetMaxOpenConns(max(2, runtime.GOMAXPROCS(0)))
	rdb.SetMaxIdleConns(max(2, runtime.GOMAXPROCS(0)))
	stmts, err := prepare(ctx, rdb, sqlGet, sqlFrom, sqlAfter, sqlReverse, sqlFindFrom, sqlFind)
	if err != nil {
		return nil, senda.Wrap(senda.Internal, "open "+path, err)
	}
	return &Store{read: rdb, stmts: stmts, writer: w}, nil
}

func prepare(ctx context.Context, db *sql.DB, texts ...string) (map[string]*sql.Stmt, error) {
	out := make(map[string]*sql.Stmt, len(texts))
	for _, text := range texts {
		s, err := db.PrepareContext(ctx, text)
		if err != nil {
			return nil, err
		}
		out[text] = s
	}
	return out, nil
}

// Close waits for the commits at work and closes the file.
func (s *Store) Close() error {
	err := s.writer.close()
	if e := s.read.Close(); err == nil {
		err = e
	}
	return senda.Wrap(senda.Internal, "close", err)
}

// Get implements senda.Store.
func (s *Store) Get(ctx context.Context, keys ...senda.Key) ([]senda.Versioned, error) {
	out := make([]senda.Versioned, len(keys))
	for i, k := range keys {
		var body []byte
		var version int64
		err := s.stmts[sqlGet].QueryRowContext(ctx, int64(k.Kind), k.Part, k.Sort).Scan(&version, &body)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, failed(ctx, "get", err)
		}
		r, err := record(k.Kind, body)
		if err != nil {
			return nil, err
		}
		out[i] = senda.Versioned{Record: r, Version: uint64(version)}
	}
	if err := ctx.Err(); err != nil {
		return nil, senda.Wrap(senda.Unavailable, "get", err)
	}
	return out, nil
}

// Range implements senda.Store.
func (s *Store) Range(ctx context.Context, r senda.Range) ([]senda.Versioned, error) {
	text, from, to := sqlFrom, r.Prefix, prefixEnd(r.Prefix)
	switch {
	case r.Reverse:
		text = sqlReverse
		if r.After != "" {
			to = min(to, r.After)
		}
	case r.After != "" && r.After >= r.Prefix:
		text, from = sqlAfter, r.After
	}
	rows, err := s.stmts[text].QueryContext(ctx, int64(r.Kind), r.Part, from, to, senda.LimitOr(r.Limit))
	if err != nil {
		return nil, failed(ctx, "range", err)
	}
	return collect(ctx, rows, r.Kind)
}

func collect(ctx context.Context, rows *sql.Rows, k senda.Kind) ([]senda.Versioned, error) {
	defer rows.Close() //nolint:errcheck // rows.Err tells what went wrong
	var out []senda.Versioned
	for rows.Next() {
		var version int64
		var body []byte
		if err := rows.Scan(&version, &body); err != nil {
			return nil, failed(ctx, "range", err)
		}
		r, err := record(k, body)
		if err != nil {
			return nil, err
		}
		out = append(out, senda.Versioned{Record: r, Version: uint64(version)})
	}
	return out, failed(ctx, "range", rows.Err())
}

// prefixEnd is the first text behind all that begin with p.
func prefixEnd(p string) string {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] != 0xff {
			return p[:i] + string([]byte{p[i] + 1})
		}
	}
	return last
}

// Find implements senda.Store. Here an index is never stale.
func (s *Store) Find(ctx context.Context, r senda.IndexRange) ([]senda.Versioned, error) {
	text, to := sqlFind, r.To
	if r.After == "" {
		text = sqlFindFrom
	}
	if to == "" {
		to = last
	}
	rows, err := s.stmts[text].QueryContext(ctx, int64(r.Index), r.Part, r.After, to, senda.LimitOr(r.Limit))
	if err != nil {
		return nil, failed(ctx, "find", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what went wrong
	var out []senda.Versioned
	for rows.Next() {
		var kind, version int64
		var body []byte
		if err := rows.Scan(&kind, &version, &body); err != nil {
			return nil, failed(ctx, "find", err)
		}
		rec, err := record(senda.Kind(kind), body)
		if err != nil {
			return nil, err
		}
		out = append(out, senda.Versioned{Record: rec, Version: uint64(version)})
	}
	return out, failed(ctx, "find", rows.Err())
}

// Commit implements senda.Store. Commits that arrive while one is being written
// are written together, each on its own conditions.
func (s *Store) Commit(ctx context.Context, writes ...senda.Write) error {
	if err := senda.ValidWrites(writes); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return senda.Wrap(senda.Unavailable, "commit", err)
	}
	return s.writer.commit(ctx, writes)
}

// failed gives an error of the driver its code: what the caller gave up on may
// work later, anything else a person must look at.
func failed(ctx context.Context, op string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return senda.Wrap(senda.Unavailable, op, ctx.Err())
	}
	return senda.Wrap(senda.Internal, "sqlite: "+op, err)
}
