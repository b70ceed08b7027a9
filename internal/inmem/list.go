package inmem

import (
	"cmp"
	"slices"

	senda "github.com/senda-dev/senda"
)

// row is one record at its place. tie separates records that share a place of
// an index; within a part it is empty, since places there are unique.
type row struct {
	sort, tie string
	v         senda.Versioned
}

func (r row) compare(sort, tie string) int {
	if c := cmp.Compare(r.sort, sort); c != 0 {
		return c
	}
	return cmp.Compare(r.tie, tie)
}

// chunkRows bounds a chunk: what an insertion moves at most. Most parts hold a
// handful of records, a few (all identities of a kind, all events of a source)
// hold millions.
const chunkRows = 512

// list holds rows in order. A list of up to chunkRows lies in one slice; a
// longer one in chunks, none of them empty.
type list struct {
	chunks [][]row
	one    [1][]row // the place of the first chunk, which most lists never outgrow
}

// seek returns where (sort, tie) stands or would stand.
func (l *list) seek(sort, tie string) (chunk, at int, found bool) {
	if len(l.chunks) == 0 {
		return 0, 0, false
	}
	if len(l.chunks) > 1 {
		// The first chunk whose last row is not before the place; the last chunk when all are.
		chunk, _ = slices.BinarySearchFunc(l.chunks[:len(l.chunks)-1], sort, func(c []row, sort string) int {
			if c[len(c)-1].compare(sort, tie) < 0 {
				return -1
			}
			return 1
		})
	}
	at, found = slices.BinarySearchFunc(l.chunks[chunk], sort, func(r row, sort string) int {
		return r.compare(sort, tie)
	})
	return chunk, at, found
}

func (l *list) get(sort, tie string) senda.Versioned {
	if c, i, ok := l.seek(sort, tie); ok {
		return l.chunks[c][i].v
	}
	return senda.Versioned{}
}

func (l *list) put(sort, tie string, v senda.Versioned) {
	if l.chunks == nil {
		l.chunks = l.one[:]
		l.chunks[0] = append(make([]row, 0, 1), row{sort, tie, v})
		return
	}
	if len(l.chunks) == 0 {
		l.chunks = append(l.chunks, nil)
	}
	c, i, ok := l.seek(sort, tie)
	if ok {
		l.chunks[c][i].v = v
		return
	}
	rows := slices.Insert(l.chunks[c], i, row{sort, tie, v})
	l.chunks[c] = rows
	if len(rows) > chunkRows {
		// Rows mostly arrive in order: a split at the end leaves full chunks behind.
		half := len(rows) / 2
		if i == len(rows)-1 {
			half = len(rows) - 1
		}
		tail := slices.Clone(rows[half:])
		clear(rows[half:])
		l.chunks[c] = rows[:half:half]
		l.chunks = slices.Insert(l.chunks, c+1, tail)
	}
}

func (l *list) remove(sort, tie string) {
	c, i, ok := l.seek(sort, tie)
	if !ok {
		return
	}
	l.chunks[c] = slices.Delete(l.chunks[c], i, i+1)
	if len(l.chunks[c]) == 0 {
		l.chunks = slices.Delete(l.chunks, c, c+1)
	}
}

func (l *list) empty() bool { return len(l.chunks) == 0 }

// from calls yield with the rows from the first that is not before (sort, tie)
// onwards, until it returns false.
func (l *list) from(sort, tie string, yield func(row) bool) {
	c, i, _ := l.seek(sort, tie)
	for ; c < len(l.chunks); c, i = c+1, 0 {
		for ; i < len(l.chunks[c]); i++ {
			if !yield(l.chunks[c][i]) {
				return
			}
		}
	}
}

// before calls yield with the rows before (sort, tie), the last first; all rows
// from the end when end is true.
func (l *list) before(sort, tie string, end bool, yield func(row) bool) {
	if l.empty() {
		return
	}
	c, i := len(l.chunks)-1, len(l.chunks[len(l.chunks)-1])
	if !end {
		c, i, _ = l.seek(sort, tie)
	}
	for {
		for i--; i >= 0; i-- {
			if !yield(l.chunks[c][i]) {
				return
			}
		}
		if c--; c < 0 {
			return
		}
		i = len(l.chunks[c])
	}
}
