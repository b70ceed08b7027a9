package oracle

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/senda-dev/senda/internal/jsonata"
)

// Question is an expression with its input.
type Question struct {
	Expr string                   `json:"expr"`
	Data json.RawMessage          `json:"data,omitempty"`
	Vars map[string]jsonata.Value `json:"vars,omitempty"`
}

// Answer is what the reference makes of it: a value, nothing, or an error.
type Answer struct {
	Value   json.RawMessage `json:"value,omitempty"`
	None    bool            `json:"none,omitempty"`
	Code    string          `json:"code,omitempty"`
	Message string          `json:"message,omitempty"`
}

// Client talks to one Node process.
type Client struct {
	cmd *exec.Cmd
	in  *bufio.Writer
	end io.Closer
	out *bufio.Reader
}

// Start runs the oracle that lies in dir, where node_modules must be.
func Start(dir string) (*Client, error) {
	cmd := exec.Command("node", filepath.Join(dir, "oracle.js"))
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("the reference needs Node: %w", err)
	}
	return &Client{cmd: cmd, in: bufio.NewWriterSize(in, 1<<16), end: in, out: bufio.NewReaderSize(out, 1<<20)}, nil
}

// Ask answers all questions, in their order.
func (c *Client) Ask(questions []Question) ([]Answer, error) {
	sent := make(chan error, 1)
	go func() {
		enc := json.NewEncoder(c.in)
		enc.SetEscapeHTML(false)
		for i := range questions {
			if err := enc.Encode(&questions[i]); err != nil {
				sent <- err
				return
			}
		}
		sent <- c.in.Flush()
	}()
	// Some texts send the reference into an endless loop, which its own
	// time-out cannot end.
	defer time.AfterFunc(time.Minute, func() { _ = c.cmd.Process.Kill() }).Stop()
	answers := make([]Answer, len(questions))
	for i := range answers {
		line, err := c.out.ReadBytes('\n')
		if err != nil {
			return nil, fmt.Errorf("the reference stopped at %s: %w", questions[i].Expr, err)
		}
		if err := json.Unmarshal(line, &answers[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
	}
	return answers, <-sent
}

// Close ends the process.
func (c *Client) Close() error {
	if err := c.end.Close(); err != nil {
		return err
	}
	return c.cmd.Wait()
}
