//go:build localstack

package dynamo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/senda-dev/senda/internal/dynamo"
	"github.com/senda-dev/senda/internal/inmem"
)

// meter counts what calls cost by what they are about, and loses the answer of
// every so many writes after they were carried out.
type meter struct {
	sync.Mutex
	loseEvery int
	writes    int
	cost      map[string]*bill
}

// bill is what one pattern of access cost, in capacity units of either sort.
type bill struct {
	calls int
	units float64
}

var partition = regexp.MustCompile(`"(Put|Update|Delete|ConditionCheck)":\{|"(?:pk|:p)":\{"S":"([a-z-]+)`)

func (m *meter) Do(r *http.Request) (*http.Response, error) {
	op := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")
	asked, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(asked))
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answered, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(answered))
	var out struct{ ConsumedCapacity json.RawMessage }
	if err := json.Unmarshal(answered, &out); err != nil {
		return nil, err
	}
	units := 0.0
	for _, u := range regexp.MustCompile(`"CapacityUnits":\s*([0-9.]+)`).FindAllSubmatch(out.ConsumedCapacity, -1) {
		var n float64
		if err := json.Unmarshal(u[1], &n); err != nil {
			return nil, err
		}
		units += n
	}
	m.Lock()
	defer m.Unlock()
	name := pattern(op, asked)
	if m.cost[name] == nil {
		m.cost[name] = &bill{}
	}
	m.cost[name].calls++
	m.cost[name].units += units
	if strings.HasPrefix(op, "Put") || strings.HasPrefix(op, "Update") || strings.HasPrefix(op, "Transact") {
		if m.writes++; m.loseEvery > 0 && m.writes%m.loseEvery == 0 && resp.StatusCode == http.StatusOK {
			return nil, errors.New("connection reset by peer")
		}
	}
	return resp, nil
}

// pattern names what a call is about: its operation and the kinds of records.
func pattern(op string, body []byte) string {
	var parts []string
	for _, f := range partition.FindAllSubmatch(body, -1) {
		if len(f[1]) > 0 {
			parts = append(parts, strings.ToLower(string(f[1])))
			continue
		}
		parts = append(parts, string(f[2]))
	}
	if op != "TransactWriteItems" {
		slices.Sort(parts)
		parts = slices.Compact(parts)
	}
	return op + " " + strings.Join(parts, " ")
}

// A whole house lives the same over DynamoDB as in memory, to the byte of every
// record and every mail, also when every fifth answer to a write is lost.
func TestAHouseLivesTheSame(t *testing.T) {
	const people, days = 4, 10
	wantRecords, wantMails := live(t, inmem.New(), people, days)
	if len(wantRecords) < 50 || len(wantMails) < people {
		t.Fatalf("%d records, %d mails: too little happened", len(wantRecords), len(wantMails))
	}
	for name, every := range map[string]int{"answered": 0, "every fifth answer lost": 5} {
		t.Run(name, func(t *testing.T) {
			_, tables, cfg := open(t)
			m := &meter{cost: map[string]*bill{}, loseEvery: every}
			cfg.HTTPClient = m
			store := dynamo.New(cfg, tables)
			store.Impatient()
			records, mails := live(t, store, people, days)
			if len(records) != len(wantRecords) || len(mails) != len(wantMails) {
				t.Fatalf("%d records and %d mails, want %d and %d", len(records), len(mails), len(wantRecords), len(wantMails))
			}
			for i := range records {
				if records[i] != wantRecords[i] {
					t.Fatalf("records differ:\n%s\n%s", records[i], wantRecords[i])
				}
			}
			for i := range mails {
				if mails[i].Message != wantMails[i].Message || !bytes.Equal(mails[i].MIME, wantMails[i].MIME) {
					t.Fatalf("mail %d differs: %s, %s", i, mails[i].Message, wantMails[i].Message)
				}
			}
			if every > 0 {
				return
			}
			for _, name := range slices.Sorted(maps.Keys(m.cost)) {
				b := m.cost[name]
				if b.units == 0 && !strings.HasPrefix(name, "Query") && !strings.HasPrefix(name, "BatchGetItem") {
					t.Errorf("%s cost nothing: it is not metered", name)
				}
				t.Logf("%5d × %6.2f  %s", b.calls, b.units/float64(b.calls), name)
			}
		})
	}
}
