// Command functions measures G8: how large each function is, zipped, and how long its
// process takes from its start to its first poll of the Runtime API. It runs none of
// them further, and notes whoever calls the network before that poll.
//
//	functions -small DIR -here DIR    DIR/NAME/bootstrap: as deployed, and for this host
package main

import (
	"archive/zip"
	"compress/flate"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// The figures that G8 asks for.
const (
	mostMB     = 4.0
	mostSendMB = 5.0
	most       = 10 * time.Millisecond
)

// rounds is how often each process is started; the median counts.
const rounds = 15

func main() {
	small := flag.String("small", "", "folder of the binaries that are deployed")
	here := flag.String("here", "", "folder of the same for this host")
	flag.Parse()
	if err := run(*small, *here); err != nil {
		fmt.Fprintln(os.Stderr, "bench-functions:", err)
		os.Exit(1)
	}
}

func run(small, here string) error {
	binaries, err := filepath.Glob(filepath.Join(here, "*", "bootstrap"))
	if err != nil {
		return err
	}
	if len(binaries) == 0 {
		return fmt.Errorf("there is no function in %s", here)
	}
	s, err := newStage()
	if err != nil {
		return err
	}
	missed := 0
	for _, path := range binaries {
		name := filepath.Base(filepath.Dir(path))
		size, err := zipped(filepath.Join(small, name, "bootstrap"))
		if err != nil {
			return err
		}
		took, err := s.start(path)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		limit, note := mostMB, ""
		if name == "send" {
			limit = mostSendMB
		}
		mb := float64(size) / 1e6
		if n := s.calls.Swap(0); n > 0 {
			note += fmt.Sprintf(" (%d network calls at start)", n)
		}
		if mb > limit || took > most || note != "" {
			missed++
			note += " MISSED"
		}
		fmt.Printf("G8 %s %.1f MB %.1f ms%s\n", name, mb, float64(took.Microseconds())/1000, note)
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d miss the goal: %.0f MB (send %.0f MB), %s, no network call", missed, len(binaries), mostMB, mostSendMB, most)
	}
	return nil
}

// zipped is the size of a zip with this one file.
func zipped(path string) (int64, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the caller named it
	if err != nil {
		return 0, err
	}
	var n counter
	z := zip.NewWriter(&n)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	w, err := z.Create("bootstrap")
	if err != nil {
		return 0, err
	}
	if _, err := w.Write(text); err != nil {
		return 0, err
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	return int64(n), nil
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// stage is a Runtime API that has no invocations, and a place where every other call
// of a function ends.
type stage struct {
	api, trap string
	polled    chan time.Time
	calls     atomic.Int64
}

func newStage() (*stage, error) {
	s := &stage{polled: make(chan time.Time, 1)}
	api, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	trap, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.api, s.trap = api.Addr().String(), trap.Addr().String()
	serve := func(l net.Listener, h http.HandlerFunc) {
		srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
		go func() { _ = srv.Serve(l) }()
	}
	serve(api, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/2018-06-01/runtime/invocation/next" {
			select {
			case s.polled <- time.Now():
			default:
			}
			<-r.Context().Done()
		}
	})
	serve(trap, func(w http.ResponseWriter, _ *http.Request) {
		s.calls.Add(1)
		w.WriteHeader(http.StatusTeapot)
	})
	return s, nil
}

// start is the median time from the start of a process to its first poll.
func (s *stage) start(path string) (time.Duration, error) {
	var all []time.Duration
	for range rounds {
		took, err := s.once(path)
		if err != nil {
			return 0, err
		}
		all = append(all, took)
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

func (s *stage) once(path string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var said strings.Builder
	cmd := exec.CommandContext(ctx, path) //nolint:gosec // the caller named it
	trap := "http://" + s.trap
	cmd.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + s.api, "AWS_ENDPOINT_URL=" + trap, "HTTP_PROXY=" + trap, "HTTPS_PROXY=" + trap,
		"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none",
	}
	cmd.Stdout, cmd.Stderr = &said, &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan struct{})
	var how error
	go func() { how = cmd.Wait(); close(ended) }()
	select {
	case at := <-s.polled:
		cancel()
		<-ended
		return at.Sub(began), nil
	case <-ended:
		return 0, fmt.Errorf("it ended before its first poll: %w: %s", how, said.String())
	}
}
