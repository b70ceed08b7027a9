//go:build localstack

package it

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var command = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "senda-it-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "senda")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/senda")
	cmd.Dir = filepath.Join("..", "..")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(string(text)))
	}
	return path, nil
})

// senda runs the command line against the deployment, as somebody who operates it does,
// and says what it wrote and with what it ended.
func (w *world) senda(t *testing.T, args ...string) (out string, exit int) {
	t.Helper()
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	text, exit := w.run(t, nil, path, args...)
	return text, exit
}

// run runs a program with the environment of the deployment. What it wrote about its failure
// is part of what it wrote.
func (w *world) run(t *testing.T, env []string, path string, args ...string) (out string, exit int) {
	t.Helper()
	cmd := exec.Command(path, args...) // also in a cleanup, when the test's context is over
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(append(os.Environ(),
		"AWS_ENDPOINT_URL="+w.endpoint, "AWS_ENDPOINT_URL_S3="+w.endpoint, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_REGION="+w.cfg.Region, "AWS_DEFAULT_REGION="+w.cfg.Region), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		return stdout.String() + stderr.String(), failed.ExitCode()
	case err != nil:
		t.Fatalf("%s %q: %v\n%s", path, args, err, stderr.Bytes())
	}
	return stdout.String(), 0
}

// aside is what the command tells of one refused event or dead letter.
type aside struct {
	ID, In, Kind, Code, Reason, Body string
	Tries                            int
}

// quarantine lists what lies aside, with its bodies where that is asked for. It takes
// some seconds: every queue of dead letters is looked into.
func (w *world) quarantine(t *testing.T, more ...string) []aside {
	t.Helper()
	text, exit := w.senda(t, append([]string{"quarantine", "list", "--deployment", w.at.Stack, "--json"}, more...)...)
	var out struct{ Events []aside }
	if err := json.Unmarshal([]byte(text), &out); err != nil || exit != 0 {
		t.Fatalf("%v, exit code %d\n%s", err, exit, text)
	}
	return out.Events
}

// redrives brings something back, and says whether the command found nothing refused again.
func (w *world) redrives(t *testing.T, name string) (out string, all bool) {
	t.Helper()
	out, exit := w.senda(t, "quarantine", "redrive", name, "--deployment", w.at.Stack)
	return out, exit == 0
}
