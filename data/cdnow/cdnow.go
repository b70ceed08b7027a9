// Package cdnow holds the CDNOW sample of real purchases (README.md beside it
// says where it comes from) and reads files of that form.
package cdnow

import (
	"bufio"
	_ "embed" // the sample is part of the binary
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

//go:embed CDNOW_sample.txt
var sample string

// Row is one purchase.
type Row struct {
	Line     int       // line in the file, from 1: the only thing that tells two equal purchases apart
	Customer string    // number in the whole cohort, as written: "00004"
	Sample   string    // number in the sample, as written: "0001"; empty in a file of the whole cohort
	Date     time.Time // midnight UTC of the day; the data has no times
	CDs      int       // number of CDs, at least 1
	Cents    int64     // dollars paid, in cents; zero happens
}

// LineError says which line of a file is wrong, and why.
type LineError struct {
	Line   int
	Reason string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Sample returns the 6,919 purchases of the embedded sample, in the order of
// the file. The caller owns the slice.
func Sample() ([]Row, error) { return Parse(strings.NewReader(sample)) }

// Parse reads purchases in the form of the sample (five columns) or of the
// whole cohort (four: without the number in the sample, and with a first line
// of column names, which is left out). Empty lines are left out. It stops at
// the first bad line with a *LineError.
func Parse(r io.Reader) ([]Row, error) {
	var rows []Row
	lines := bufio.NewScanner(r)
	n := 0
	for lines.Scan() {
		n++
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || n == 1 && fields[0] == "customer_id" {
			continue
		}
		row, reason := parseRow(fields)
		if reason != "" {
			return nil, &LineError{n, reason}
		}
		row.Line = n
		rows = append(rows, row)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, &LineError{n + 1, "longer than any purchase can be"}
	} else if err != nil {
		return nil, err
	}
	return rows, nil
}

// parseRow reads the columns of one line, or says what is wrong with them.
func parseRow(f []string) (row Row, reason string) {
	switch len(f) {
	case 4:
		row.Customer = f[0]
	case 5:
		row.Customer, row.Sample, f = f[0], f[1], f[1:]
	default:
		return row, fmt.Sprintf("%d columns, want 4 (customer, date, CDs, dollars) or 5 (with the number in the sample second)", len(f))
	}
	var err error
	if row.Date, err = time.Parse("20060102", f[1]); err != nil {
		return row, fmt.Sprintf("%q is no date like 19970131", f[1])
	}
	if row.CDs, err = strconv.Atoi(f[2]); err != nil || row.CDs < 1 {
		return row, fmt.Sprintf("%q is no number of CDs of 1 or more", f[2])
	}
	var ok bool
	if row.Cents, ok = parseCents(f[3]); !ok {
		return row, fmt.Sprintf("%q is no amount like 29.33", f[3])
	}
	return row, ""
}

// parseCents reads dollars with two decimals exactly; a float would not.
func parseCents(s string) (int64, bool) {
	dollars, cents, ok := strings.Cut(s, ".")
	if !ok || len(cents) != 2 || dollars == "" {
		return 0, false
	}
	n, err := strconv.ParseUint(dollars+cents, 10, 63)
	return int64(n), err == nil
}
