//go:build localstack

package it

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/ses"
)

// emulator speaks to the control endpoints, which nothing of Senda knows.
type emulator struct{ endpoint string }

func (e *emulator) do(ctx context.Context, method, path string, body, into any) error {
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, e.endpoint+path, in)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read to its end
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// letter is a mail that the emulator's SES accepted.
type letter struct {
	ID               string              `json:"id"`
	Source           string              `json:"source"`
	Destination      map[string][]string `json:"destination"`
	ConfigurationSet string              `json:"configurationSet"`
	Tags             map[string]string   `json:"tags"`
	Raw              []byte              `json:"raw"`
}

// letters are the mails to an address, in the order in which they were accepted.
func (e *emulator) letters(ctx context.Context, to string) ([]letter, error) {
	var out struct{ Messages []letter }
	err := e.do(ctx, http.MethodGet, "/_senda/ses/messages?to="+url.QueryEscape(to), nil, &out)
	return out.Messages, err
}

// envelopes are the mails to an address as Senda handed them over.
func (e *emulator) envelopes(ctx context.Context, to string) ([]senda.Envelope, error) {
	if to == "" {
		return nil, nil
	}
	found, err := e.letters(ctx, to)
	if err != nil {
		return nil, err
	}
	var out []senda.Envelope
	for _, l := range found {
		tag := func(name string) string {
			s, _ := ses.DecodeTag(l.Tags[name])
			return s
		}
		out = append(out, senda.Envelope{
			Message: senda.MessageID(tag(ses.TagMessage)), Journey: tag(ses.TagJourney), Step: tag(ses.TagStep), Brand: tag(ses.TagBrand),
			From: l.Source, To: to, MIME: l.Raw,
		})
	}
	return out, nil
}

// timeUp ends the timer of the task that waits for a token.
func (e *emulator) timeUp(ctx context.Context, token string) error {
	return e.do(ctx, http.MethodPost, "/_senda/executions/time-out", map[string]string{"token": token}, nil)
}

// happens makes SES tell something of a mail.
func (e *emulator) happens(ctx context.Context, id, kind string, detail map[string]any) error {
	return e.do(ctx, http.MethodPost, "/_senda/ses/messages/"+id+"/events", map[string]any{"type": kind, "detail": detail}, nil)
}
