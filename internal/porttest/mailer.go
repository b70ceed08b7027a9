package porttest

import (
	"bytes"
	"context"
	"testing"

	senda "github.com/senda-dev/senda"
)

// Mailer is a senda.Mailer under test.
type Mailer struct {
	senda.Mailer
	// Left is what left for an address, in order, with the lines as the service keeps
	// them.
	Left func(t *testing.T, address string) [][]byte
	// Brand is one that may send transactional mail.
	Brand string
}

// TestMailer checks the rules of senda.Mailer that hold whatever the service answers.
// Which failure has which code is each adapter's own table.
func TestMailer(t *testing.T, open func(t *testing.T) Mailer) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Mailer)
	}{
		{"a message leaves as it is", leaves},
		{"a message leaves as often as it is handed over", twice},
		{"a cancelled call hands nothing over", cancelledMail},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func (m Mailer) envelope(id, local string) senda.Envelope {
	to := local + "@mail.example"
	return senda.Envelope{
		Message: senda.MessageID(id), Class: senda.Transactional, Brand: m.Brand, From: "The Cellar <hello@cellar.example>", To: to,
		Journey: "win-back", Step: "come-back", Language: "es",
		MIME: []byte("From: The Cellar <hello@cellar.example>\r\nTo: " + to + "\r\nSubject: " + id +
			"\r\nList-Unsubscribe: <https://links.example/withdraw/abc>\r\nX-Senda-Claim: " + id + "\r\nMIME-Version: 1.0\r\n" +
			"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHola =C3=B1\r\n.a line with a dot\r\n"),
	}
}

func handOver(t *testing.T, m Mailer, e senda.Envelope) string {
	t.Helper()
	id, err := m.HandOver(t.Context(), e)
	if err != nil || id == "" {
		t.Fatalf("hand over: %q, %v", id, err)
	}
	return id
}

// trimmed is a message without the end of its last line, which some services add to.
func trimmed(b []byte) string { return string(bytes.TrimRight(b, "\r\n")) }

func leaves(t *testing.T, m Mailer) {
	e := m.envelope("m-porttestleaves", "leaves")
	handOver(t, m, e)
	left := m.Left(t, e.To)
	if len(left) != 1 || trimmed(left[0]) != trimmed(e.MIME) {
		t.Errorf("left: %q\nwant %q", left, e.MIME)
	}
}

func twice(t *testing.T, m Mailer) {
	e, other := m.envelope("m-porttesttwice", "twice"), m.envelope("m-porttestother", "twice")
	ids := map[string]bool{handOver(t, m, e): true, handOver(t, m, other): true}
	if len(ids) != 2 {
		t.Errorf("two messages have one id of the service: %v", ids)
	}
	handOver(t, m, e)
	left := m.Left(t, e.To)
	if len(left) != 3 {
		t.Errorf("%d messages left, want 3", len(left))
	}
}

func cancelledMail(t *testing.T, m Mailer) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := m.envelope("m-porttestcancelled", "cancelled")
	id, err := m.HandOver(ctx, e)
	code(t, "hand over", err, senda.Unavailable)
	if left := m.Left(t, e.To); id != "" || len(left) != 0 {
		t.Errorf("id %q; left: %q", id, left)
	}
}
