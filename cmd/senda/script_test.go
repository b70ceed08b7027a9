package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/senda-dev/senda/internal/shoptest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"senda": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }})
}

// Each script is a session of somebody at a terminal, with what they see. They stand
// in a folder with a tiny shop, called journeys; $CDNOW is a file of real purchases.
func TestScripts(t *testing.T) {
	sample, err := filepath.Abs(filepath.Join("..", "..", "data", "cdnow", "CDNOW_sample.txt"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "", RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("CDNOW", sample)
			return os.CopyFS(filepath.Join(e.WorkDir, "journeys"), shoptest.Files())
		},
	})
}

// With the real clock it takes events in as they come, and ends when it is interrupted.
func TestRunUntilInterrupted(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "journeys"), shoptest.Files()); err != nil {
		t.Fatal(err)
	}
	in, feed := io.Pipe()
	var out, errs strings.Builder
	ended := make(chan int)
	go func() {
		ended <- run([]string{"run", "-j", filepath.Join(dir, "journeys"), "--store", filepath.Join(dir, "s.db"), "--outbox", filepath.Join(dir, "out")}, in, &out, &errs)
	}()
	for _, line := range []string{
		`{"source": "shop", "id": "1", "kind": "customer.updated", "time": "2026-03-02T09:00:00Z", "person": {"customer": "C-1"}, "data": {"email": "ana@example.com"}}`,
		`{"source": "shop", "id": "1", "kind": "customer.updated", "time": "2026-03-02T09:00:00Z", "person": {"customer": "C-1"}, "data": {"email": "ana@example.com"}}`,
		`no event`,
		``, // read when what came before it has been taken in
	} {
		if _, err := io.WriteString(feed, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != exitFine {
		t.Errorf("it ends with %d: %s", code, &errs)
	}
	feed.Close() //nolint:errcheck // nobody reads any more
	if want := "1 events taken in, 1 known already, 1 refused\n  help: senda quarantine list says why\n"; out.String() != want {
		t.Errorf("it says %q, want %q; %s", &out, want, &errs)
	}
}
