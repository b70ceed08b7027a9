package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"time"
	"unicode/utf8"
)

// BadMessage is the code of a message that cannot be built: an address that is
// none, a header that would break its line.
const BadMessage = Code("mail-message-bad")

// Address is a mail address with the name that readers see.
type Address struct {
	Name  string // any language; may be empty
	Email string // ASCII; a domain with other letters in its xn-- form
}

// Message is what is handed over for one person. There is one recipient, no Cc
// and no Bcc: a complaint must name one person only.
type Message struct {
	ID       string    // left of the Message-ID and right of it: claim@mail.brand.example
	Date     time.Time // of the hand-over
	From, To Address
	ReplyTo  Address // optional; read by a person
	Rendered
	// Unsubscribe is the signed https address for withdrawal by one POST (RFC
	// 8058); required for marketing, empty otherwise.
	Unsubscribe string
	// UnsubscribeMailto is an address for withdrawal by mail (RFC 2369), only
	// where inbound mail is read.
	UnsubscribeMailto string
	ListID            string // purpose.brand.example (RFC 2919); optional
	FeedbackID        string // journey:brand:class:sender, for Gmail's complaint reports; optional
	Claim             string // the claim this message is for; no personal data
}

// maxLine is the longest line that RFC 5322 allows, without its line break.
const maxLine = 998

// Bytes returns the message in the form of RFC 5322: the same message gives the
// same bytes. The text comes first, the HTML last, as mail programmes prefer.
func (m Message) Bytes() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	line := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	line("From", m.From.header(len("From: ")))
	line("To", m.To.header(len("To: ")))
	if m.ReplyTo.Email != "" {
		line("Reply-To", m.ReplyTo.header(len("Reply-To: ")))
	}
	line("Subject", words(m.Subject, len("Subject: ")))
	line("Date", m.Date.Format(time.RFC1123Z))
	line("Message-ID", "<"+m.ID+">")
	if m.Unsubscribe != "" {
		// RFC 8058 wants both headers; some readers take only the first line of one.
		ways := "<" + m.Unsubscribe + ">"
		if m.UnsubscribeMailto != "" {
			ways += ", <mailto:" + m.UnsubscribeMailto + ">"
		}
		line("List-Unsubscribe", ways)
		line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	if m.ListID != "" {
		line("List-Id", "<"+m.ListID+">")
	}
	if m.FeedbackID != "" {
		line("Feedback-ID", m.FeedbackID)
	}
	if m.Claim != "" {
		line("X-Senda-Claim", m.Claim)
	}
	line("Auto-Submitted", "auto-generated") // holiday notes need not answer (RFC 3834)
	if m.Lang != "" {
		line("Content-Language", m.Lang)
	}
	line("MIME-Version", "1.0")
	boundary := m.boundary()
	line("Content-Type", "multipart/alternative;\r\n boundary=\""+boundary+"\"")
	b.WriteString("\r\n")
	for _, part := range []struct{ kind, body string }{{"plain", m.Text}, {"html", m.HTML}} {
		b.WriteString("--" + boundary + "\r\n")
		line("Content-Type", "text/"+part.kind+"; charset=utf-8")
		line("Content-Transfer-Encoding", "quoted-printable")
		b.WriteString("\r\n")
		w := quotedprintable.NewWriter(&b)
		_, err := w.Write([]byte(strings.ToValidUTF8(strings.ReplaceAll(part.body, "\r\n", "\n"), "\uFFFD")))
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return nil, &Error{Code: BadMessage, What: "the " + part.kind + " part"}
		}
		b.WriteString("\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return b.Bytes(), nil
}

// boundary is drawn from the id. It begins with "=_", which quoted-printable
// never writes, so no body can hold it.
func (m Message) boundary() string {
	sum := sha256.Sum256([]byte(m.ID))
	return "=_" + hex.EncodeToString(sum[:16])
}

func (m Message) check() error {
	bad := func(what string) error { return &Error{Code: BadMessage, What: what} }
	for _, a := range []struct {
		name string
		Address
	}{{"From", m.From}, {"To", m.To}, {"Reply-To", m.ReplyTo}} {
		if a.name == "Reply-To" && a.Address == (Address{}) {
			continue
		}
		if !ValidAddress(a.Email) {
			return bad(a.name + ": the address")
		}
		if !oneLine(a.Name) || len(a.Name) > 200 {
			return bad(a.name + ": the name")
		}
	}
	switch {
	case !ValidAddress(m.ID):
		return bad("Message-ID")
	case m.Date.IsZero():
		return bad("Date")
	case strings.TrimSpace(m.Subject) == "" || !oneLine(m.Subject) || len(m.Subject) > 2000:
		return bad("Subject")
	case m.HTML == "" || m.Text == "":
		return bad("a part is empty")
	case m.Unsubscribe != "" && (!strings.HasPrefix(m.Unsubscribe, "https://") || !visible(m.Unsubscribe) || strings.ContainsAny(m.Unsubscribe, "<>,")):
		return bad("List-Unsubscribe")
	case m.UnsubscribeMailto != "" && (m.Unsubscribe == "" || !ValidAddress(m.UnsubscribeMailto)):
		return bad("List-Unsubscribe mailto")
	case len("List-Unsubscribe: <>, <mailto:>")+len(m.Unsubscribe)+len(m.UnsubscribeMailto) > maxLine:
		return bad("List-Unsubscribe is longer than a line")
	}
	for name, v := range map[string]string{"List-Id": m.ListID, "Feedback-ID": m.FeedbackID, "X-Senda-Claim": m.Claim, "Content-Language": m.Lang} {
		if v != "" && !visible(v) || len(v) > 200 {
			return bad(name)
		}
	}
	return nil
}

// visible reports whether s is made of visible ASCII only.
func visible(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func oneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

const atext = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."

// ValidAddress reports whether email can be written to as it is: dot-atoms around
// one @ (RFC 5322, 3.4.1; quoted local parts are not accepted), of at most 254
// bytes with at most 64 before the @ (RFC 5321).
func ValidAddress(email string) bool {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || len(email) > 254 || len(local) == 0 || len(local) > 64 {
		return false
	}
	dots := func(s string) bool {
		return strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..")
	}
	if strings.Trim(local, atext) != "" || dots(local) || !strings.Contains(domain, ".") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}) {
			return false
		}
	}
	return true
}

// header writes an address for a header whose line already has used columns.
func (a Address) header(used int) string {
	if a.Name == "" {
		return a.Email
	}
	name := a.Name
	switch {
	case !ascii(name) || strings.Contains(name, "=?") || len(name) > 60:
		name = encoded(name, used)
	default:
		name = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	if used+len(name)+len(a.Email)+3 > 76 {
		return name + "\r\n <" + a.Email + ">"
	}
	return name + " <" + a.Email + ">"
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > '~' })
}

// words writes a line of any language as the value of a header, folded.
func words(s string, used int) string {
	if !ascii(s) || strings.Contains(s, "=?") {
		return encoded(s, used)
	}
	var b strings.Builder
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			// Only a word can begin a folded line: a line of spaces alone would be lost.
			if used+1+len(word) > 76 && word != "" {
				b.WriteString("\r\n")
				used = 0
			}
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	if strings.ContainsFunc(b.String(), func(r rune) bool { return r == '\r' }) {
		for line := range strings.SplitSeq(b.String(), "\r\n") {
			if len(line) > maxLine || strings.TrimSpace(line) == "" {
				return encoded(s, used)
			}
		}
	} else if b.Len() > maxLine-100 {
		return encoded(s, used)
	}
	return b.String()
}

// encoded writes s as encoded words (RFC 2047), one a line, no letter cut in two.
func encoded(s string, used int) string {
	const open, closing = "=?utf-8?B?", "?="
	var out []string
	for s != "" {
		room := (74 - len(open) - len(closing) - used) / 4 * 3
		used = 1
		n := 0
		for n < len(s) {
			_, size := utf8.DecodeRuneInString(s[n:])
			if n+size > room {
				break
			}
			n += size
		}
		out = append(out, open+base64.StdEncoding.EncodeToString([]byte(s[:n]))+closing)
		s = s[n:]
	}
	return strings.Join(out, "\r\n ")
}

// MessageID builds an id from a claim and the sending domain.
func MessageID(claim, domain string) string { return fmt.Sprintf("%s@%s", claim, domain) }
