package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	senda "github.com/senda-dev/senda"
)

// writer is the one that writes: SQLite allows no other, and one that gathers
// what waits pays the fsync once for all of it.
type writer struct {
	db      *sql.DB
	stmts   map[string]*sql.Stmt
	queue   chan request
	done    chan struct{}
	closing sync.RWMutex
	closed  bool
	version uint64
}

// gathered bounds how many commits share a transaction, so that the first of
// them does not wait long.
const gathered = 256

type request struct {
	writes []senda.Write
	bodies [][]byte // of the records, nil where there is none
	answer chan error
}

func newWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	w := &writer{db: db, queue: make(chan request, gathered), done: make(chan struct{})}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go w.run()
	return w, nil
}

func (w *writer) prepare(ctx context.Context) error {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return senda.Wrap(senda.Internal, "begin", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it says that it was committed
	var is int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&is); err != nil {
		return senda.Wrap(senda.Internal, "read the version of the file", err)
	}
	switch is {
	case version:
	case 0:
		if _, err := tx.ExecContext(ctx, schema+`PRAGMA user_version = 1;`); err != nil {
			return senda.Wrap(senda.Internal, "create the tables", err)
		}
	default:
		return senda.Errorf(senda.Invalid, "read the version of the file", "it has version %d, this program knows %d", is, version).
			WithHelp("open it with the version of senda that wrote it")
	}
	var counter int64
	if err := tx.QueryRowContext(ctx, sqlCounter).Scan(&counter); err != nil {
		return senda.Wrap(senda.Internal, "read the counter of versions", err)
	}
	w.version = uint64(counter)
	if err := tx.Commit(); err != nil {
		return senda.Wrap(senda.Internal, "commit", err)
	}
	w.stmts, err = prepare(ctx, w.db, sqlGet, sqlPut, sqlDelete, sqlPlace, sqlUnplace, sqlAdvanced)
	return senda.Wrap(senda.Internal, "prepare", err)
}

func (w *writer) commit(ctx context.Context, writes []senda.Write) error {
	r := request{writes, make([][]byte, len(writes)), make(chan error, 1)}
	for i, wr := range writes { // here, so that one that cannot be written harms no other
		if wr.Record == nil {
			continue
		}
		var err error
		if r.bodies[i], err = encode(wr.Record); err != nil {
			return err
		}
	}
	w.closing.RLock()
	if w.closed {
		w.closing.RUnlock()
		return senda.Errorf(senda.Unavailable, "commit", "the store is closed")
	}
	select {
	case w.queue <- r:
		w.closing.RUnlock()
	case <-ctx.Done():
		w.closing.RUnlock()
		return senda.Wrap(senda.Unavailable, "commit", ctx.Err())
	}
	select {
	case err := <-r.answer:
		return err
	case <-ctx.Done():
		return senda.Wrap(senda.Unsure, "commit", ctx.Err()) // it is in the queue
	}
}

func (w *writer) close() error {
	w.closing.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.closing.Unlock()
	<-w.done
	return w.db.Close()
}

func (w *writer) run() {
	defer close(w.done)
	for r := range w.queue {
		batch := []request{r}
		for len(batch) < gathered {
			select {
			case r, ok := <-w.queue:
				if !ok {
					w.write(batch)
					return
				}
				batch = append(batch, r)
				continue
			default:
			}
			break
		}
		w.write(batch)
	}
}

// write carries a batch out in one transaction and answers each request.
func (w *writer) write(batch []request) {
	answers := make([]error, len(batch))
	before := w.version
	err := w.transact(func(c *session) error {
		for i, r := range batch {
			ok, err := c.holds(r.writes)
			if err != nil {
				return err
			}
			if !ok {
				answers[i] = senda.Errorf(senda.Conflict, "commit", "a record is no longer the one that was read")
				continue
			}
			w.version++
			if err := c.apply(r, w.version); err != nil {
				return err
			}
		}
		if w.version == before {
			return nil
		}
		return c.exec(sqlAdvanced, int64(w.version))
	})
	// A version that was not used is not used again: after an unsure commit it may stand in the file.
	for i, r := range batch {
		if err != nil {
			r.answer <- err
		} else {
			r.answer <- answers[i]
		}
	}
}

// transact runs do in a transaction. A failure before the commit leaves nothing
// behind; of one in the commit nobody knows.
func (w *writer) transact(do func(*session) error) error {
	tx, err := w.db.Begin()
	if err != nil {
		return senda.Wrap(senda.Unavailable, "begin", err)
	}
	if err := do(&session{tx, w.stmts}); err != nil {
		tx.Rollback() //nolint:errcheck // the first error is the one to tell
		return err
	}
	return senda.Wrap(senda.Unsure, "commit", tx.Commit())
}

// session is one transaction with the statements of its connection, the only one.
type session struct {
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
}

func (c *session) exec(text string, args ...any) error {
	_, err := c.tx.Stmt(c.stmts[text]).Exec(args...)
	return senda.Wrap(senda.Internal, "write", err)
}

// get reads a record within the transaction: what the batch wrote before counts.
func (c *session) get(k senda.Key) (version uint64, body []byte, err error) {
	var v int64
	err = c.tx.Stmt(c.stmts[sqlGet]).QueryRow(int64(k.Kind), k.Part, k.Sort).Scan(&v, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return uint64(v), body, senda.Wrap(senda.Internal, "read", err)
}

func (c *session) holds(writes []senda.Write) (bool, error) {
	for _, w := range writes {
		if w.Any {
			continue
		}
		v, _, err := c.get(w.Key)
		if err != nil || v != w.If {
			return false, err
		}
	}
	return true, nil
}

func (c *session) apply(r request, version uint64) error {
	for i, w := range r.writes {
		if w.Record == nil && !w.Delete {
			continue
		}
		if err := c.replace(w, r.bodies[i], version); err != nil {
			return err
		}
	}
	return nil
}

func (c *session) replace(w senda.Write, body []byte, version uint64) error {
	_, old, err := c.get(w.Key)
	if err != nil {
		return err
	}
	var was, is []senda.IndexKey
	if old != nil {
		r, err := record(w.Key.Kind, old)
		if err != nil {
			return err
		}
		was = r.Indexes()
	}
	k := []any{int64(w.Key.Kind), w.Key.Part, w.Key.Sort}
	if w.Delete {
		err = c.exec(sqlDelete, k...)
	} else {
		is = w.Record.Indexes()
		err = c.exec(sqlPut, append(k, int64(version), body)...)
	}
	if err != nil {
		return err
	}
	for _, ix := range was {
		if !has(is, ix) {
			if err := c.exec(sqlUnplace, append([]any{int64(ix.Index), ix.Part, ix.Sort}, k...)...); err != nil {
				return err
			}
		}
	}
	for _, ix := range is {
		if !has(was, ix) {
			if err := c.exec(sqlPlace, append([]any{int64(ix.Index), ix.Part, ix.Sort}, k...)...); err != nil {
				return err
			}
		}
	}
	return nil
}

func has(all []senda.IndexKey, one senda.IndexKey) bool {
	for _, ix := range all {
		if ix == one {
			return true
		}
	}
	return false
}
