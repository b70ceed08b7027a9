//go:build infra

package senda_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/access"
)

// journeysOf is what the manifest says.
func journeysOf(t *testing.T, a *assembly) (out []struct{ Name, State, Bundle, BundleFile, MachineFile string }) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(a.deploy, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Journeys []struct{ Name, State, Bundle, BundleFile, MachineFile string }
	}
	if err := json.Unmarshal(text, &m); err != nil || len(m.Journeys) == 0 {
		t.Fatalf("%d journeys: %v", len(m.Journeys), err)
	}
	return m.Journeys
}

// machineOf finds the machine of a journey by its tag.
func (x template) machineOf(t *testing.T, journey string) (string, resource) {
	t.Helper()
	for _, id := range x.of("AWS::StepFunctions::StateMachine") {
		for _, tag := range array(x.Resources[id].at("Tags")) {
			if fmt.Sprint(tag) == "map[Key:senda:journey Value:"+journey+"]" {
				return id, x.Resources[id]
			}
		}
	}
	t.Fatalf("there is no machine of %s", journey)
	return "", resource{}
}

// The template carries the text that was compiled: nothing differs but the names of
// functions, which the service puts in, each in its place.
func TestDefinitionsAreTheCompiledText(t *testing.T) {
	a := synthesised(t)
	if got, want := len(a.journeys.of("AWS::StepFunctions::StateMachine")), len(journeysOf(t, a)); got != want {
		t.Errorf("there are %d machines for %d journeys", got, want)
	}
	for _, j := range journeysOf(t, a) {
		want, err := os.ReadFile(filepath.Join(a.deploy, j.MachineFile))
		if err != nil {
			t.Fatal(err)
		}
		id, m := a.journeys.machineOf(t, j.Name)
		definition := fmt.Sprint(m.at("DefinitionString"))
		arns, back := definition, map[string]string{}
		for name, arn := range m.at("DefinitionSubstitutions").(map[string]any) {
			f := functionOf(t, name)
			fn, _ := a.journeys.function(t, f)
			if arn != "<"+fn+".Arn>" {
				t.Errorf("%s puts %v in the place of %s, which %s serves", id, arn, name, f)
			}
			arns = strings.ReplaceAll(arns, "${"+name+"}", fmt.Sprint(arn))
			back[fmt.Sprint(arn)] = "${" + name + "}"
		}
		if strings.Contains(arns, "${") {
			t.Errorf("%s: a place for the name of a function stays empty", id)
		}
		for arn, name := range back {
			arns = strings.ReplaceAll(arns, arn, name)
		}
		if arns != string(want) || definition != string(want) {
			t.Errorf("%s is not the text of %s", id, j.MachineFile)
		}
	}
}

func functionOf(t *testing.T, task string) string {
	t.Helper()
	for _, f := range access.Functions {
		if f.Task == task {
			return f.Name
		}
	}
	t.Fatalf("no function serves %s", task)
	return ""
}

// Who is inside goes on in the version in which they entered, whatever is deployed, and
// however a journey is taken out.
func TestVersionsStay(t *testing.T) {
	a := synthesised(t)
	x := a.journeys
	for _, j := range journeysOf(t, a) {
		machine, m := x.machineOf(t, j.Name)
		role, _, _ := strings.Cut(strings.Trim(fmt.Sprint(m.at("RoleArn")), "<>"), ".")
		version := ""
		for _, id := range x.of("AWS::StepFunctions::StateMachineVersion") {
			if x.Resources[id].at("StateMachineArn") == "<"+machine+">" {
				version = id
			}
		}
		for _, id := range []string{machine, role, version} {
			if r := x.Resources[id]; r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
				t.Errorf("%s of %s goes with the template", id, j.Name)
			}
		}
		x.Resources[version].is(t, version, "StateMachineRevisionId", "<"+machine+".StateMachineRevisionId>")
		text, err := os.ReadFile(filepath.Join(a.deploy, j.MachineFile))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		if !strings.Contains(version, hex.EncodeToString(sum[:6])) {
			t.Errorf("the version %s of %s is not named by its text: another text would take its place", version, j.Name)
		}
		pointed := false
		for _, id := range x.of("AWS::StepFunctions::StateMachineAlias") {
			r := x.Resources[id]
			if r.at("RoutingConfiguration.0.StateMachineVersionArn") == "<"+version+".Arn>" {
				r.is(t, id, "Name", "live")
				r.is(t, id, "RoutingConfiguration.0.Weight", 100)
				pointed = true
			}
		}
		if !pointed {
			t.Errorf("no alias points at %s", version)
		}
		published := false
		for _, id := range x.of("Custom::SendaJourney") {
			if r := x.Resources[id]; r.at("Journey") == j.Name {
				published = true
				r.is(t, id, "Bundle", j.Bundle)
				r.is(t, id, "State", j.State)
				r.is(t, id, "Machine", "<"+version+".Arn>")
				if key := fmt.Sprint(r.at("AssetKey")); !strings.HasSuffix(key, ".json") || r.at("AssetBucket") == nil {
					t.Errorf("%s: the file of the bundle is at %v/%v", id, r.at("AssetBucket"), r.at("AssetKey"))
				}
			}
		}
		if !published {
			t.Errorf("nobody publishes %s", j.Name)
		}
	}
}

// What an execution carries stays out of the logs, and logs end after a month.
func TestLogs(t *testing.T) {
	x := synthesised(t).journeys
	for _, id := range x.of("AWS::StepFunctions::StateMachine") {
		m := x.Resources[id]
		m.is(t, id, "StateMachineType", "STANDARD")
		m.is(t, id, "LoggingConfiguration.IncludeExecutionData", false)
		m.is(t, id, "LoggingConfiguration.Level", "ERROR")
		m.is(t, id, "TracingConfiguration.Enabled", true)
	}
	for _, id := range x.of("AWS::Logs::LogGroup") {
		x.Resources[id].is(t, id, "RetentionInDays", 30)
	}
	for _, id := range x.of("AWS::Lambda::Function") {
		fn := x.Resources[id]
		fn.is(t, id, "TracingConfig.Mode", "Active")
		fn.is(t, id, "Architectures", "[arm64]")
		fn.is(t, id, "Runtime", "provided.al2023")
		if group := strings.Trim(fmt.Sprint(fn.at("LoggingConfig.LogGroup")), "<>"); x.Resources[group].Type != "AWS::Logs::LogGroup" {
			t.Errorf("%s writes its logs into %s, which keeps them for ever", id, group)
		}
	}
}

// An execution that fails is told to signal: its entry would never go on.
func TestFailuresAreHeard(t *testing.T) {
	a := synthesised(t)
	x := a.journeys
	heard := map[string]bool{}
	for _, id := range x.of("AWS::Events::Rule") {
		r := x.Resources[id]
		if fmt.Sprint(r.at("EventPattern.source")) == "[aws.states]" {
			r.is(t, id, "EventPattern.detail.status", "[FAILED TIMED_OUT ABORTED]")
			if r.at("EventBusName") != nil {
				t.Errorf("%s does not listen on the default bus", id)
			}
			for _, m := range words(r.at("EventPattern.detail.stateMachineArn")) {
				heard[m] = true
			}
		}
	}
	for _, id := range x.of("AWS::StepFunctions::StateMachine") {
		if !heard["<"+id+">"] {
			t.Errorf("nobody hears of failures of %s", id)
		}
	}
}
