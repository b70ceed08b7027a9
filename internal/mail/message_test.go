package mail

import (
	"bytes"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"
	"pgregory.net/rapid"
)

func message() Message {
	return Message{
		ID: "c-0192@mail.cellar.example", Date: time.Date(2026, 3, 2, 10, 0, 0, 0, time.FixedZone("", 3600)),
		From: Address{"Cellar", "hello@cellar.example"}, To: Address{"Inés Núñez", "ines@example.com"}, ReplyTo: Address{Email: "people@cellar.example"},
		Rendered:    Rendered{Lang: "es", Subject: "Inés, falta un disco en tu estantería y alguien lo ha notado", HTML: "<p>Hola, Inés</p>\n", Text: "Hola, Inés\n"},
		Unsubscribe: "https://mail.cellar.example/withdraw?t=" + strings.Repeat("abcdefghij", 30), ListID: "offers.cellar.example",
		FeedbackID: "win-back:cellar:marketing:senda", Claim: "c-0192",
	}
}

func build(t testing.TB, m Message) []byte {
	t.Helper()
	b, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMessageIsReadBack(t *testing.T) {
	m := message()
	raw := build(t, m)
	env, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	if err != nil || len(env.Errors) > 0 {
		t.Fatal(err, env.Errors)
	}
	if env.Text != "Hola, Inés\r\n" && env.Text != m.Text || env.HTML != "<p>Hola, Inés</p>\r\n" && env.HTML != m.HTML {
		t.Errorf("got text %q, HTML %q", env.Text, env.HTML)
	}
	for name, want := range map[string]string{
		"Subject": m.Subject, "From": `"Cellar" <hello@cellar.example>`, "To": "Inés Núñez <ines@example.com>", "Reply-To": "people@cellar.example",
		"Date": "Mon, 02 Mar 2026 10:00:00 +0100", "Message-ID": "<c-0192@mail.cellar.example>", "List-Unsubscribe": "<" + m.Unsubscribe + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "List-Id": "<offers.cellar.example>", "Feedback-ID": m.FeedbackID, "X-Senda-Claim": "c-0192",
		"Content-Language": "es", "MIME-Version": "1.0", "Auto-Submitted": "auto-generated", "Cc": "", "Bcc": "",
	} {
		if got := env.GetHeader(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if !bytes.Equal(raw, build(t, m)) {
		t.Error("the same message gave other bytes")
	}
	other := m
	other.ID = "c-0193@mail.cellar.example"
	if m.boundary() == other.boundary() {
		t.Error("two messages have one boundary")
	}
}

// RFC 8058 is read by machines that know one line only.
func TestListUnsubscribeStaysOnOneLine(t *testing.T) {
	m := message()
	m.UnsubscribeMailto = "withdraw@cellar.example"
	head, _, _ := strings.Cut(string(build(t, m)), "\r\n\r\n")
	want := "List-Unsubscribe: <" + m.Unsubscribe + ">, <mailto:withdraw@cellar.example>"
	found := false
	for line := range strings.SplitSeq(head, "\r\n") {
		found = found || line == want
	}
	if !found {
		t.Errorf("no line is %q in\n%s", want, head)
	}
	m.Unsubscribe += strings.Repeat("x", 700)
	if _, err := m.Bytes(); CodeOf(err) != BadMessage {
		t.Errorf("a header of %d bytes passes: %v", len(m.Unsubscribe), err)
	}
}

func TestServiceMailsHaveNoWayOutInTheHeader(t *testing.T) {
	m := message()
	m.Unsubscribe = ""
	if raw := string(build(t, m)); strings.Contains(raw, "List-Unsubscribe") {
		t.Error("a header for withdrawal without address")
	}
}

// Whatever the texts hold, they come back as they were, each header is the one it
// was meant to be, and no line is longer than RFC 5322 wants.
func TestEveryTextSurvives(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ab \"\\,<>@=?_.:;()ñé€漢😀~-")), 0, 120, -1)
	const coded = "=?utf-8?Q?not_ours?=" // what looks encoded must not be decoded
	rapid.Check(t, func(t *rapid.T) {
		m := message()
		m.Subject = "s" + rapid.OneOf(text, rapid.Just(" "+coded+" ")).Draw(t, "subject") + "."
		m.To.Name = rapid.OneOf(text.Filter(func(s string) bool { return len(s) <= 200 }), rapid.Just(""), rapid.Just(coded)).Draw(t, "name")
		m.Text = text.Draw(t, "text") + "\n.\nFrom here\n--" + m.boundary() + "--\n=_" + text.Draw(t, "more")
		m.HTML = "<p>" + strings.Repeat(text.Draw(t, "html"), 20)
		raw, err := m.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
			if len(line) > 78 && !bytes.HasPrefix(line, []byte("List-Unsubscribe: ")) && !bytes.HasPrefix(line, []byte("Subject: ")) && line[0] != ' ' {
				t.Fatalf("a line of %d bytes: %s", len(line), line)
			}
			if bytes.Contains(line, []byte("=?utf-8?B?")) && len(line) > 76 {
				t.Fatalf("a line of %d bytes with an encoded word (RFC 2047 allows 76): %s", len(line), line)
			}
			if len(line) > maxLine || bytes.ContainsAny(line, "\r\n") {
				t.Fatalf("a broken line: %q", line)
			}
		}
		parsed, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		to, err := parsed.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != m.To.Email || to[0].Name != m.To.Name {
			t.Fatalf("%q came back as %v, %v", m.To.Name, to, err)
		}
		if len(parsed.Header) != 15 {
			t.Fatalf("%d headers: %v", len(parsed.Header), parsed.Header)
		}
		// enmime would guess at the alphabet of odd texts; ours is declared.
		parser := enmime.NewParser(enmime.DisableCharacterDetection(true))
		env, err := parser.ReadEnvelope(bytes.NewReader(raw))
		if err != nil || len(env.Errors) > 0 {
			t.Fatal(err, env.Errors)
		}
		if got := env.GetHeader("Subject"); got != m.Subject {
			t.Fatalf("the subject %q came back as %q", m.Subject, got)
		}
		if got := strings.ReplaceAll(env.Text, "\r\n", "\n"); got != m.Text {
			t.Fatalf("the text %q came back as %q", m.Text, got)
		}
		if got := strings.ReplaceAll(env.HTML, "\r\n", "\n"); got != m.HTML {
			t.Fatalf("the HTML %q came back as %q", m.HTML, got)
		}
	})
}

func TestMessagesThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Message){
		"a line break in the subject":    func(m *Message) { m.Subject = "a\r\nBcc: x@example.com" },
		"a line break in a name":         func(m *Message) { m.To.Name = "a\nBcc: x@example.com" },
		"a line break in an address":     func(m *Message) { m.To.Email = "a@example.com\r\nBcc: x@example.com" },
		"two recipients":                 func(m *Message) { m.To.Email = "a@example.com, b@example.com" },
		"an address without domain":      func(m *Message) { m.To.Email = "ines" },
		"an address with a space":        func(m *Message) { m.To.Email = "i nes@example.com" },
		"no recipient":                   func(m *Message) { m.To = Address{} },
		"no sender":                      func(m *Message) { m.From = Address{} },
		"no date":                        func(m *Message) { m.Date = time.Time{} },
		"no id":                          func(m *Message) { m.ID = "" },
		"an id that breaks the line":     func(m *Message) { m.ID = "a>\r\nX: y@b.example" },
		"no subject":                     func(m *Message) { m.Subject = "  " },
		"no text":                        func(m *Message) { m.Text = "" },
		"withdrawal without encryption":  func(m *Message) { m.Unsubscribe = "http://a.example/" },
		"withdrawal with a line break":   func(m *Message) { m.Unsubscribe = "https://a.example/\r\nX: y" },
		"withdrawal with a second way":   func(m *Message) { m.Unsubscribe = "https://a.example/>, <https://b.example/" },
		"a claim with a line break":      func(m *Message) { m.Claim = "a\nb" },
		"a list with a space":            func(m *Message) { m.ListID = "a b" },
		"mail withdrawal without https":  func(m *Message) { m.Unsubscribe, m.UnsubscribeMailto = "", "a@b.example" },
		"a language that breaks a line":  func(m *Message) { m.Lang = "es\r\n" },
		"a reply address that is broken": func(m *Message) { m.ReplyTo.Email = "a@b" },
	} {
		m := message()
		change(&m)
		if raw, err := m.Bytes(); CodeOf(err) != BadMessage || raw != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestValidAddress(t *testing.T) {
	for _, good := range []string{"a@b.example", "first.last+tag@sub.example.com", "o'neil@xn--caf-dma.example", strings.Repeat("a", 64) + "@b.example"} {
		if !ValidAddress(good) {
			t.Errorf("%s is refused", good)
		}
	}
	for _, bad := range []string{"", "@", "a@", "@b.example", "a@b", ".a@b.example", "a.@b.example", "a..b@b.example", "a@-b.example", "a@b-.example", "a@b..example", `"a b"@b.example`, "ñ@b.example", "a@ñ.example", strings.Repeat("a", 65) + "@b.example", "a@b.example\n"} {
		if ValidAddress(bad) {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// Some readers decode inside quotes too, against RFC 2047: what looks encoded is
// encoded once more.
func TestNamesThatLookEncoded(t *testing.T) {
	m := message()
	m.To.Name = "=?utf-8?Q?boss?="
	if raw := string(build(t, m)); strings.Contains(raw, m.To.Name) {
		t.Error("the name goes out as it is")
	}
}
