//go:build infra

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/senda-dev/senda/infra/senda"
	"github.com/senda-dev/senda/internal/access"
)

// Somebody else's app synthesises, with a journey in it that nobody told it of.
func TestTheShopSynthesises(t *testing.T) {
	defer jsii.Close()
	dir := t.TempDir()
	journeys, deploy := filepath.Join(dir, "journeys"), filepath.Join(dir, "deploy")
	if err := os.CopyFS(journeys, os.DirFS("../../journeys")); err != nil {
		t.Fatal(err)
	}
	// A new folder is a new journey: the same steps under another name.
	if err := os.CopyFS(filepath.Join(journeys, "come-again"), os.DirFS("../../journeys/win-back")); err != nil {
		t.Fatal(err)
	}
	rename(t, filepath.Join(journeys, "come-again"))
	if out, err := exec.Command("go", "run", "../../cmd/senda", "compile", "-j", journeys, "--out", deploy).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := senda.Read(deploy); err == nil {
		t.Error("it takes a deployment without functions")
	}
	for _, f := range access.Functions {
		path := filepath.Join(deploy, "functions", f.Name, "bootstrap")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(f.Name), 0o755); err != nil { //nolint:gosec // it is a program
			t.Fatal(err)
		}
	}
	d, err := senda.Read(deploy)
	if err != nil {
		t.Fatal(err)
	}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(filepath.Join(dir, "cdk.out")), AnalyticsReporting: jsii.Bool(false)})
	NewShop(app, d)
	app.Synth(nil)

	text, err := os.ReadFile(filepath.Join(dir, "cdk.out", "Shop.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	published := map[any]bool{}
	for _, r := range template.Resources {
		count[r.Type]++
		if r.Type == "Custom::SendaJourney" {
			published[r.Properties["Journey"]] = true
		}
	}
	if !published["come-again"] || !published["win-back"] || count["AWS::StepFunctions::StateMachine"] != len(published) {
		t.Errorf("it deploys %v with %d machines", published, count["AWS::StepFunctions::StateMachine"])
	}
	if count["AWS::DynamoDB::Table"] != 2 || count["AWS::SNS::Subscription"] != 1 {
		t.Errorf("the stack has %v", count)
	}
}

// rename gives the journey of a folder the folder's name.
func rename(t *testing.T, folder string) {
	t.Helper()
	path := filepath.Join(folder, "journey.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := []byte("journey: " + filepath.Base(folder) + string(text[len("journey: win-back"):]))
	if err := os.WriteFile(path, out, 0o644); err != nil { //nolint:gosec // a file of a test
		t.Fatal(err)
	}
}
