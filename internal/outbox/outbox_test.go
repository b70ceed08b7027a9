package outbox_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/outbox"
)

func folder(t *testing.T) *outbox.Folder {
	t.Helper()
	f, err := outbox.Open(filepath.Join(t.TempDir(), "out", "box"), true)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestASecondHandOverIsVisible(t *testing.T) {
	f := folder(t)
	var services []string
	for _, id := range []senda.MessageID{"m-b", "m-a", "m-b", "m-b"} {
		s, err := f.HandOver(t.Context(), senda.Envelope{Message: id, To: "ana@example.com", MIME: []byte("Subject: " + id)})
		if err != nil {
			t.Fatal(err)
		}
		services = append(services, s)
	}
	if got := strings.Join(services, " "); got != "m-b m-a m-b.2 m-b.3" {
		t.Fatalf("services %q", got)
	}
	items, err := f.List()
	if err != nil || len(items) != 4 || items[0].Message != "m-a" || items[3].Message != "m-b" || items[3].Copy != 3 {
		t.Fatalf("items %v, %v", items, err)
	}
	text, err := os.ReadFile(items[0].Path)
	if err != nil || string(text) != "Subject: m-a" {
		t.Fatalf("%q, %v", text, err)
	}
	if strings.Contains(items[0].Path, "ana") {
		t.Fatal("the name of the file tells the address")
	}
}

func TestWhatIsUnfinishedIsNotInTheOutbox(t *testing.T) {
	f := folder(t)
	dir := filepath.Join(t.TempDir(), "b")
	g, err := outbox.Open(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".unfinished", "m-1.123"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, box := range []*outbox.Folder{f, g} {
		if items, err := box.List(); err != nil || len(items) != 0 {
			t.Fatalf("items %v, %v", items, err)
		}
	}
}

func TestAnIdThatIsNoNameIsRefused(t *testing.T) {
	f := folder(t)
	for _, id := range []senda.MessageID{"", "../m-1", "a/b", "m 1", "m.1", senda.MessageID(strings.Repeat("m", 300))} {
		if _, err := f.HandOver(t.Context(), senda.Envelope{Message: id}); senda.CodeOf(err) != senda.Invalid {
			t.Errorf("%q: %v", id, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.HandOver(ctx, senda.Envelope{Message: "m-1"}); senda.CodeOf(err) != senda.Unavailable {
		t.Errorf("cancelled: %v", err)
	}
	if items, err := f.List(); err != nil || len(items) != 0 {
		t.Fatalf("items %v, %v", items, err)
	}
}

// A folder that is gone is a service that does not answer: it is known that the mail stayed.
func TestAFolderThatIsGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	f, err := outbox.Open(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := f.HandOver(t.Context(), senda.Envelope{Message: "m-1"}); senda.CodeOf(err) != senda.Unavailable {
		t.Fatal(err)
	}
	if _, err := f.List(); senda.CodeOf(err) != senda.Internal {
		t.Fatal(err)
	}
}
