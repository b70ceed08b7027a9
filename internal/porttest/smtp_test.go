package porttest_test

import (
	"bufio"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/senda-dev/senda/internal/porttest"
	"github.com/senda-dev/senda/internal/smtp"
)

// sink is an SMTP server that takes everything and keeps it by recipient.
type sink struct {
	mu   sync.Mutex
	kept map[string][][]byte
}

func (s *sink) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go s.talk(conn)
	}
}

func (s *sink) talk(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // a test server
	say := func(line string) { _, _ = conn.Write([]byte(line + "\r\n")) }
	say("220 here")
	to, data, reading := "", strings.Builder{}, false
	for in := bufio.NewScanner(conn); in.Scan(); {
		line := in.Text()
		verb := strings.ToUpper(strings.SplitN(line, " ", 2)[0])
		switch {
		case reading && line == ".":
			reading = false
			s.mu.Lock()
			s.kept[to] = append(s.kept[to], []byte(data.String()))
			s.mu.Unlock()
			say("250 kept")
		case reading:
			data.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
		case verb == "DATA":
			reading = true
			say("354 go on")
		case verb == "QUIT":
			say("221 bye")
			return
		case verb == "RCPT":
			to = strings.Trim(line[len("RCPT TO:"):], "<>")
			say("250 fine")
		default:
			say("250 fine")
		}
	}
}

func TestMailerOverSMTP(t *testing.T) {
	porttest.TestMailer(t, func(t *testing.T) porttest.Mailer {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		s := &sink{kept: map[string][][]byte{}}
		go s.serve(l)
		return porttest.Mailer{
			Mailer: &smtp.Mailer{Addr: l.Addr().String()}, Brand: "cellar",
			Left: func(_ *testing.T, address string) [][]byte {
				s.mu.Lock()
				defer s.mu.Unlock()
				return s.kept[address]
			},
		}
	})
}
