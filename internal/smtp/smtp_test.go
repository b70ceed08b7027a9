package smtp_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/smtp"
)

// server speaks SMTP for one connection. answers replaces what it says to a verb;
// "" hangs up instead. It returns its address and a channel with what it was told.
func server(t *testing.T, answers map[string]string) (addr string, got <-chan []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	out := make(chan []string, 1)
	go func() {
		var lines []string
		defer func() { out <- lines }()
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close() //nolint:errcheck // a test server
		say := func(verb, usual string) bool {
			if a, ok := answers[verb]; ok {
				usual = a
			}
			if usual != "" {
				fmt.Fprintf(conn, "%s\r\n", usual)
			}
			return usual != ""
		}
		if !say("connect", "220 here") {
			return
		}
		in, data := bufio.NewScanner(conn), false
		for in.Scan() {
			line := in.Text()
			lines = append(lines, line)
			switch verb := strings.ToUpper(strings.SplitN(line, " ", 2)[0]); {
			case data && line == ".":
				data = false
				if !say(".", "250 kept") {
					return
				}
			case data:
			case verb == "DATA":
				if !say("DATA", "354 go on") {
					return
				}
				data = true
			case verb == "QUIT":
				say("QUIT", "221 bye")
				return
			default:
				if !say(verb, "250 fine") {
					return
				}
			}
		}
	}()
	return l.Addr().String(), out
}

func envelope() senda.Envelope {
	return senda.Envelope{
		Message: "m-1", From: "The Cellar <hello@cellar.example>", To: "ana@mail.example",
		MIME: []byte("Subject: Hello\r\n\r\n.one dot\r\nbye\r\n"),
	}
}

func TestTheMessageArrivesWhole(t *testing.T) {
	addr, got := server(t, nil)
	id, err := (&smtp.Mailer{Addr: addr}).HandOver(t.Context(), envelope())
	if err != nil || id != "m-1" {
		t.Fatalf("%q, %v", id, err)
	}
	all := strings.Join(<-got, "\n")
	for _, want := range []string{"MAIL FROM:<hello@cellar.example>", "RCPT TO:<ana@mail.example>", "\nSubject: Hello\n\n..one dot\nbye\n.\n"} {
		if !strings.Contains(all, want) {
			t.Errorf("the server was not told %q but\n%s", want, all)
		}
	}
}

// What the caller may do next hangs on where it failed: only after the last line
// may the message have left.
func TestWhereItFailsDecides(t *testing.T) {
	for name, c := range map[string]struct {
		answers map[string]string
		want    senda.Code
	}{
		"no greeting":              {map[string]string{"connect": ""}, senda.Unavailable},
		"busy":                     {map[string]string{"MAIL": "421 busy"}, senda.Unavailable},
		"the mailbox is full":      {map[string]string{"RCPT": "452 full"}, senda.Unavailable},
		"there is no such mailbox": {map[string]string{"RCPT": "550 nobody"}, senda.Denied},
		"content refused":          {map[string]string{".": "554 spam"}, senda.Denied},
		"put off after the data":   {map[string]string{".": "451 later"}, senda.Unavailable},
		"silence after the data":   {map[string]string{".": ""}, senda.Unsure},
		"hangs up before the data": {map[string]string{"DATA": ""}, senda.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			addr, _ := server(t, c.answers)
			_, err := (&smtp.Mailer{Addr: addr}).HandOver(t.Context(), envelope())
			if got := senda.CodeOf(err); got != c.want {
				t.Errorf("%q (%v), want %q", got, err, c.want)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().String()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := (&smtp.Mailer{Addr: addr}).HandOver(t.Context(), envelope()); senda.CodeOf(err) != senda.Unavailable {
			t.Errorf("got %v", err)
		}
	})
}
