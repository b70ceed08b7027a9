// Package smtp hands mail over to an SMTP server (RFC 5321), one message a
// transaction and one recipient a message.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/mail"
	"net/textproto"
	"time"

	smtp "github.com/wneessen/go-mail/smtp"

	senda "github.com/senda-dev/senda"
)

// Timeout bounds a whole transaction, unless the context ends before.
const Timeout = 60 * time.Second

// Mailer is a senda.Mailer over SMTP.
type Mailer struct {
	// Addr is host:port. Hello is the name with which the client introduces itself.
	Addr, Hello string
	// TLS upgrades the connection by STARTTLS before anything is said; nil sends in the
	// clear, which is for a server on the same machine.
	TLS *tls.Config
	// User and Password log in, when User is not empty.
	User, Password string
}

// HandOver implements senda.Mailer. An answer of the server decides: 4xx is
// Unavailable, 5xx Denied. A connection that breaks after the message was sent and
// before the server answered leaves it Unsure.
func (m *Mailer) HandOver(ctx context.Context, e senda.Envelope) (string, error) {
	op := "hand over " + string(e.Message)
	from, err := mail.ParseAddress(e.From)
	if err != nil {
		return "", senda.Errorf(senda.Invalid, op, "the sender is no mailbox")
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", m.Addr)
	if err != nil {
		return "", senda.Wrap(senda.Unavailable, op, err)
	}
	defer conn.Close() //nolint:errcheck // after Quit there is nothing left to lose
	if at, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(at); err != nil {
			return "", senda.Wrap(senda.Unavailable, op, err)
		}
	}
	c, err := m.begin(conn)
	if err == nil {
		err = c.Mail("<" + from.Address + ">") // this client writes the path as it is given
	}
	if err == nil {
		err = c.Rcpt("<" + e.To + ">")
	}
	if err != nil {
		return "", answered(op, err, senda.Unavailable)
	}
	w, err := c.Data()
	if err != nil {
		return "", answered(op, err, senda.Unavailable)
	}
	if _, err := w.Write(e.MIME); err != nil {
		// The last line was not written, so the server keeps nothing.
		return "", senda.Wrap(senda.Unavailable, op, err)
	}
	if err := w.Close(); err != nil {
		return "", answered(op, err, senda.Unsure)
	}
	_ = c.Quit() // the message is the server's already
	return string(e.Message), nil
}

func (m *Mailer) begin(conn net.Conn) (*smtp.Client, error) {
	host, _, err := net.SplitHostPort(m.Addr)
	if err != nil {
		return nil, err
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return nil, err
	}
	hello := m.Hello
	if hello == "" {
		hello = "localhost"
	}
	if err := c.Hello(hello); err != nil {
		return nil, err
	}
	if m.TLS != nil {
		if err := c.StartTLS(m.TLS); err != nil {
			return nil, err
		}
	}
	if m.User != "" {
		// PlainAuth refuses to say the password in the clear to another machine.
		if err := c.Auth(smtp.PlainAuth("", m.User, m.Password, host, false)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// answered reads the server's answer from an error; broken is the code of a
// connection that ended instead.
func answered(op string, err error, broken senda.Code) error {
	var said *textproto.Error
	switch {
	case !errors.As(err, &said):
		return senda.Wrap(broken, op, err)
	case said.Code >= 500:
		return senda.Wrap(senda.Denied, op, err)
	default:
		return senda.Wrap(senda.Unavailable, op, err)
	}
}
