//go:build infra

package senda_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/senda-dev/senda/infra/senda"
	"github.com/senda-dev/senda/internal/access"
	"github.com/senda-dev/senda/internal/cloud"
	"github.com/senda-dev/senda/internal/deployment"
	"github.com/senda-dev/senda/internal/lambdahost"
)

// variables are those that a method of cloud.Config asks for.
var variables = map[string]string{
	"Table": cloud.VarTable, "Proofs": cloud.VarProofs, "Bundles": cloud.VarBundles, "Bus": cloud.VarBus, "Secret": cloud.VarSecret,
	"Pages": cloud.VarPages, "Senders": cloud.VarSenders,
}

var asked = regexp.MustCompile(`\bc\.([A-Z]\w*)\(\)`)

// A function finds in its environment what its main and its use case ask for, and names of
// nothing else.
func TestFunctionsFindTheirVariables(t *testing.T) {
	x := synthesised(t).journeys
	for _, f := range access.Functions {
		_, fn := x.function(t, f.Name)
		fn.is(t, f.Name, "MemorySize", f.Memory)
		fn.is(t, f.Name, "Timeout", f.Timeout.Seconds())
		got := fn.at("Environment.Variables").(map[string]any)
		want := map[string]bool{cloud.VarSalt: true, "SENDA_RELEASE": true, "AWS_SDK_UA_APP_ID": true}
		text, err := os.ReadFile(filepath.Join("../../functions", f.Name, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(text), -1) {
			if name := variables[m[1]]; name != "" {
				want[name] = true
			}
		}
		if want[cloud.VarSenders] {
			want[cloud.VarLinks] = true // whoever mails writes links
		}
		for name := range want {
			if got[name] == nil || got[name] == "" {
				t.Errorf("%s does not find %s", f.Name, name)
			}
		}
		for name := range got {
			if !want[name] {
				t.Errorf("%s is told %s, and does not ask for it", f.Name, name)
			}
		}
		if got["AWS_SDK_UA_APP_ID"] != f.Name {
			t.Errorf("%s calls as %v", f.Name, got["AWS_SDK_UA_APP_ID"])
		}
	}
}

// The command line finds every part of the deployment in the outputs of the stacks.
func TestOutputsTellWhereEverythingIs(t *testing.T) {
	a := synthesised(t)
	outputs := map[string]string{}
	for _, x := range []template{a.data, a.journeys} {
		for name, o := range x.Outputs {
			outputs[name] = fmt.Sprint(o.Value)
		}
	}
	d, err := deployment.From("SendaJourneys", outputs)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range access.Functions {
		h, ok := d.Hop(f.Name)
		if ok != (f.Trigger == access.Queue || f.Async()) || ok && (h.ARN == "" || h.URL == "") || (h.To != "") != (f.Trigger == access.Queue) {
			t.Errorf("the dead letters of %s: %+v", f.Name, h)
		}
	}
	if len(d.Senders) != 2 || d.Senders["cellar"]["marketing"] == "" || !strings.HasPrefix(d.Links, "https://") || d.Release != "v0" || d.Data == d.Stack {
		t.Errorf("the outputs tell %+v", d)
	}
}

// What is no deployment is refused with what mends it, before a second is spent on it.
func TestReadRefuses(t *testing.T) {
	good := `{"release": "v1", "journeys": [{"name": "a", "state": "live", "bundle": "` + strings.Repeat("0", 64) + `", "bundleFile": "b.json", "machineFile": "m.json"}],
		"brands": [{"name": "b", "family": "f", "domain": "x.example", "serviceDomain": "y.example"}], "families": ["f"], "schemas": []}`
	for name, c := range map[string]struct{ manifest, machine, want string }{
		"no manifest":         {"", "{}", "senda compile"},
		"no JSON":             {"{", "{}", "manifest.json"},
		"no journey":          {`{"journeys": []}`, "{}", "no journey"},
		"a name that is none": {strings.Replace(good, `"a"`, `"../a"`, 1), "{}", "a name of its own"},
		"no digest":           {strings.Replace(good, "0000", "xyz", 1), "{}", "digest"},
		"a file elsewhere":    {strings.Replace(good, "m.json", "../m.json", 1), "{}", "not below it"},
		"an empty machine":    {good, "", "is empty"},
		"an unknown task":     {good, `{"Resource": "${Nobody}"}`, "no function serves ${Nobody}"},
		"no brand":            {strings.Replace(good, `"x.example"`, `""`, 1), "{}", "two domains"},
		"no functions":        {good, `{"Resource": "${Send}"}`, "build-functions.sh"},
	} {
		dir := t.TempDir()
		for file, text := range map[string]string{"manifest.json": c.manifest, "m.json": c.machine, "b.json": "{}"} {
			if file == "manifest.json" && text == "" {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := senda.Read(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

var drawn = regexp.MustCompile(`SEARCH\('\{Senda,([A-Za-z,]+)\} MetricName=\\?"(\w+)\\?"|SELECT SUM\((\w+)\) FROM SCHEMA\("Senda", ([A-Za-z, ]+)\)`)

// The dashboard draws, and alarms look at, what the functions count, by the names by which
// they count it.
func TestMetricsAreThoseThatAreCounted(t *testing.T) {
	counted := map[lambdahost.Metric]string{
		cloud.Entered: "Journey", cloud.MailsSent: "Journey", cloud.MailsRefused: "Journey,Reason", cloud.WouldHaveBeen: "Journey",
		cloud.Alarms: "Journey,Why", cloud.Failed: "Journey", cloud.Quarantined: "Reason", lambdahost.Failures: "Code,Function",
	}
	x := synthesised(t).journeys
	_, dashboard := x.one(t, "AWS::CloudWatch::Dashboard")
	text := strings.ReplaceAll(fmt.Sprint(dashboard.at("DashboardBody")), `\\"`, `"`)
	for _, id := range x.of("AWS::CloudWatch::Alarm") {
		text += fmt.Sprint(x.Resources[id].at("Metrics.0.Expression"))
	}
	seen := map[lambdahost.Metric]bool{}
	for _, m := range drawn.FindAllStringSubmatch(text, -1) {
		name, by := lambdahost.Metric(m[2]+m[3]), strings.ReplaceAll(m[1]+m[4], " ", "")
		seen[name] = true
		if counted[name] != by {
			t.Errorf("%s is looked at by %s, and counted by %q", name, by, counted[name])
		}
	}
	if lambdahost.Namespace != "Senda" {
		t.Errorf("metrics are kept under %s", lambdahost.Namespace)
	}
	for name := range counted {
		if !seen[name] {
			t.Errorf("nobody looks at %s", name)
		}
	}
}
