//go:build localstack

package it

import (
	"bytes"
	"context"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	senda "github.com/senda-dev/senda"
	look "github.com/senda-dev/senda/internal/sfn"
)

// What the journey says before and after it was changed.
const (
	soon       = "wait-60-minutes"
	oldSubject = "Your basket is where you left it"
	newSubject = "Your basket has been waiting for you"
)

// A journey is changed and deployed while somebody is inside. They finish on the machine
// and the mails with which they began; who comes afterwards walks the new ones.
func TestAJourneyIsRedeployedWhilePeopleAreInside(t *testing.T) {
	w := deployed(t)
	in := toolsOf(t)
	early := w.inside(t)
	was, err := w.register().Deployment(t.Context(), basket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.deploy(t, w, in.folder)
		if d, err := w.register().Deployment(context.Background(), basket); err != nil || d.Bundle != was.Bundle {
			t.Errorf("the journey is not what it was before the test: %+v, %v", d, err)
		}
	})
	in.deploy(t, w, in.changed(t, w))
	is, err := w.register().Deployment(t.Context(), basket)
	if err != nil {
		t.Fatal(err)
	}
	if is.Bundle == was.Bundle || is.State != was.State {
		t.Fatalf("the journey was %+v and is %+v", was, is)
	}

	late := w.guest(t)
	late.tells(t, append(late.consents, late.enters)...)
	late.stands(t, soon)
	early.stands(t, before)
	old, fresh := early.walks(t, was.Bundle), late.walks(t, is.Bundle)
	w.points(t, old, fresh)

	late.passes(t, soon)
	early.passes(t, before)
	for _, g := range []*guest{late, early} {
		g.passes(t, between)
		g.leaves(t, senda.LeftCompleted, reminder, reason)
	}
	if s := early.subject(t); s != oldSubject {
		t.Errorf("who was inside before was mailed %q", s)
	}
	if s := late.subject(t); s != newSubject {
		t.Errorf("who came afterwards was mailed %q", s)
	}
	if v := early.walks(t, was.Bundle); v != old {
		t.Errorf("who was inside ended in %s, having begun in %s", v, old)
	}
}

// walks holds the bundle of the guest's entry, and returns the version of the state
// machine in which their execution runs.
func (g *guest) walks(t *testing.T, bundle string) string {
	t.Helper()
	e, err := g.entry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if e.Bundle != bundle {
		t.Errorf("the entry walks %s, not %s", e.Bundle, bundle)
	}
	version, err := g.register().Machine(t.Context(), basket, bundle)
	if err != nil {
		t.Fatal(err)
	}
	ran, err := look.NewExecutions(g.cfg).Describe(t.Context(), version, e.ID.Execution(e.Person))
	if err != nil {
		t.Fatal(err)
	}
	if ran.Version != version {
		t.Errorf("the execution runs in %s, the bundle's machine is %s", ran.Version, version)
	}
	return ran.Version
}

// points holds that both versions are there, and that the alias points to the new one alone.
func (w *world) points(t *testing.T, old, fresh string) {
	t.Helper()
	if old == fresh {
		t.Fatalf("both run in %s", old)
	}
	c, machine := sfn.NewFromConfig(w.cfg), aws.String(old[:strings.LastIndexByte(old, ':')])
	versions, err := c.ListStateMachineVersions(t.Context(), &sfn.ListStateMachineVersionsInput{StateMachineArn: machine})
	if err != nil {
		t.Fatal(err)
	}
	var arns []string
	for _, v := range versions.StateMachineVersions {
		arns = append(arns, aws.ToString(v.StateMachineVersionArn))
	}
	if !slices.Contains(arns, old) || !slices.Contains(arns, fresh) {
		t.Errorf("the versions are %q", arns)
	}
	aliases, err := c.ListStateMachineAliases(t.Context(), &sfn.ListStateMachineAliasesInput{StateMachineArn: machine})
	if err != nil || len(aliases.StateMachineAliases) != 1 {
		t.Fatalf("the aliases are %+v, %v", aliases, err)
	}
	a, err := c.DescribeStateMachineAlias(t.Context(), &sfn.DescribeStateMachineAliasInput{StateMachineAliasArn: aliases.StateMachineAliases[0].StateMachineAliasArn})
	if err != nil {
		t.Fatal(err)
	}
	if r := a.RoutingConfiguration; len(r) != 1 || aws.ToString(r[0].StateMachineVersionArn) != fresh || r[0].Weight != 100 {
		t.Errorf("the alias points to %+v, not to %s", r, fresh)
	}
}

// subject is that of the reminder that left for the guest.
func (g *guest) subject(t *testing.T) string {
	t.Helper()
	left, err := g.envelopes(t.Context(), g.Person.Address)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range left {
		if l.Step != reminder {
			continue
		}
		m, err := mail.ReadMessage(bytes.NewReader(l.MIME))
		if err != nil {
			t.Fatal(err)
		}
		s, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Fatal("no reminder left")
	return ""
}

// tools are what a deployment is made with.
type tools struct{ cdk, infra, folder string }

func toolsOf(t *testing.T) tools {
	t.Helper()
	need := func(name, what string) string {
		value := os.Getenv(name)
		if value == "" {
			t.Fatalf("%s is not set: it names %s; make it sets it", name, what)
		}
		path, err := filepath.Abs(value)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	return tools{
		cdk: need("SENDA_CDK", "the CDK's command"), infra: need("SENDA_INFRA", "the built app of infra/"),
		folder: need("SENDA_DEPLOY", "the folder that was deployed"),
	}
}

// changed compiles the shop with another pause and another subject in the journey, into
// a folder beside the functions that are deployed already.
func (in tools) changed(t *testing.T, w *world) string {
	t.Helper()
	dir := t.TempDir()
	journeys, out := filepath.Join(dir, "journeys"), filepath.Join(dir, "deploy")
	if err := os.CopyFS(journeys, os.DirFS(filepath.Join("..", "..", "journeys"))); err != nil {
		t.Fatal(err)
	}
	for file, words := range map[string][2]string{
		"journey.yaml":              {"wait: 90 minutes", "wait: 60 minutes"},
		"scenarios.yaml":            {before, soon},
		"mails/still-there.en.mjml": {oldSubject, newSubject},
	} {
		path := filepath.Join(journeys, basket, filepath.FromSlash(file))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte(words[0])) {
			t.Fatalf("%s does not say %q any more", file, words[0])
		}
		if err := os.WriteFile(path, bytes.ReplaceAll(text, []byte(words[0]), []byte(words[1])), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if text, exit := w.senda(t, "compile", "--journeys", journeys, "--out", out, "--release", w.at.Release); exit != 0 {
		t.Fatalf("the changed shop does not compile:\n%s", text)
	}
	if err := os.Symlink(filepath.Join(in.folder, "functions"), filepath.Join(out, "functions")); err != nil {
		t.Fatal(err)
	}
	return out
}

// deploy deploys what was compiled into a folder, by the same app and the same command.
func (in tools) deploy(t *testing.T, w *world, folder string) {
	t.Helper()
	out, err := os.MkdirTemp("", "senda-cdk-") // t.TempDir is gone when the test is over
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(out) //nolint:errcheck // a folder of the system's for such things
	env := []string{
		"SENDA_DEPLOY=" + folder, "SENDA_SALT=" + w.at.Salt, "CDK_OUTDIR=" + out,
		"CDK_DEFAULT_ACCOUNT=000000000000", "CDK_DEFAULT_REGION=" + w.cfg.Region, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20",
	}
	if text, exit := w.run(t, env, in.infra); exit != 0 {
		t.Fatalf("the app does not synthesise:\n%s", text)
	}
	if text, exit := w.run(t, env, in.cdk, "--app", out, "deploy", w.at.Stack, "--exclusively", "--require-approval", "never", "--ci"); exit != 0 {
		t.Fatalf("the changed journey does not deploy:\n%s", text)
	}
}
