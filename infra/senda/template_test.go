//go:build infra

package senda_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/senda-dev/senda/infra/senda"
	"github.com/senda-dev/senda/internal/access"
)

// assembly is what one synthesis gave: made once, looked at by every test.
type assembly struct {
	dir, deploy    string
	data, journeys template
}

// template is a template with its references written out: see resolve.
type template struct {
	Resources map[string]resource
	Outputs   map[string]struct{ Value any }
}

type resource struct {
	Type                                string
	Properties                          map[string]any
	DependsOn                           []string
	DeletionPolicy, UpdateReplacePolicy string
}

var made = sync.OnceValues(func() (*assembly, error) {
	dir, err := os.MkdirTemp("", "senda-infra-*")
	if err != nil {
		return nil, err
	}
	return synthesise(dir, "../../journeys")
})

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	if a, err := made(); err == nil {
		_ = os.RemoveAll(filepath.Dir(a.dir))
	}
	os.Exit(code)
}

// synthesise compiles a folder of journeys with the command that a deployment uses, puts
// something in the place of the functions, and synthesises both stacks.
func synthesise(dir, journeys string) (*assembly, error) {
	a := &assembly{dir: filepath.Join(dir, "cdk.out"), deploy: filepath.Join(dir, "deploy")}
	out, err := exec.Command("go", "run", "../../cmd/senda", "compile", "-j", journeys, "--out", a.deploy, "--release", "v0").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	for _, f := range access.Functions {
		path := filepath.Join(a.deploy, "functions", f.Name, "bootstrap")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(f.Name), 0o755); err != nil { //nolint:gosec // it is a program
			return nil, err
		}
	}
	deploy, err := senda.Read(a.deploy)
	if err != nil {
		return nil, err
	}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(a.dir), AnalyticsReporting: jsii.Bool(false)})
	senda.NewStacks(app, &senda.StacksProps{Deploy: deploy})
	app.Synth(nil)
	exports := map[string]string{}
	if a.data, err = read(filepath.Join(a.dir, "SendaData.template.json"), exports); err != nil {
		return nil, err
	}
	a.journeys, err = read(filepath.Join(a.dir, "SendaJourneys.template.json"), exports)
	return a, err
}

func read(path string, exports map[string]string) (template, error) {
	text, err := os.ReadFile(path) //nolint:gosec // a file of ours
	if err != nil {
		return template{}, err
	}
	var raw struct {
		Resources map[string]any
		Outputs   map[string]struct {
			Value  any
			Export struct{ Name string }
		}
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return template{}, err
	}
	for _, o := range raw.Outputs {
		if o.Export.Name != "" {
			exports[o.Export.Name] = fmt.Sprint(resolve(o.Value, exports))
		}
	}
	again, err := json.Marshal(map[string]any{"Resources": resolve(raw.Resources, exports), "Outputs": resolve(raw.Outputs, exports)})
	if err != nil {
		return template{}, err
	}
	var t template
	err = json.Unmarshal(again, &t)
	return t, err
}

// resolve writes references out as text: {"Ref": "X"} as <X>, {"Fn::GetAtt": ["X", "Arn"]} as
// <X.Arn>, an import as what was exported.
func resolve(v any, exports map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 1 {
			for fn, arg := range v {
				if s, ok := call(fn, resolve(arg, exports), exports); ok {
					return s
				}
			}
		}
		out := map[string]any{}
		for k, x := range v {
			out[k] = resolve(x, exports)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = resolve(x, exports)
		}
		return out
	case map[string]struct {
		Value  any
		Export struct{ Name string }
	}:
		out := map[string]any{}
		for k, x := range v {
			out[k] = map[string]any{"Value": resolve(x.Value, exports)}
		}
		return out
	}
	return v
}

func call(fn string, arg any, exports map[string]string) (any, bool) {
	list, _ := arg.([]any)
	switch fn {
	case "Ref":
		return fmt.Sprintf("<%v>", arg), true
	case "Fn::GetAtt":
		return fmt.Sprintf("<%v.%v>", list[0], list[1]), true
	case "Fn::ImportValue":
		return exports[fmt.Sprint(arg)], true
	case "Fn::Join":
		parts, ok := list[1].([]any)
		if !ok {
			return nil, false
		}
		var texts []string
		for _, p := range parts {
			texts = append(texts, fmt.Sprint(p))
		}
		return strings.Join(texts, fmt.Sprint(list[0])), true
	case "Fn::Sub":
		return arg, true
	}
	return nil, false
}

func synthesised(t *testing.T) *assembly {
	t.Helper()
	a, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// of are the resources of a type, by their names, sorted.
func (x template) of(kind string) []string {
	var out []string
	for name, r := range x.Resources {
		if r.Type == kind {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// one is the only resource of a type.
func (x template) one(t *testing.T, kind string) (string, resource) {
	t.Helper()
	names := x.of(kind)
	if len(names) != 1 {
		t.Fatalf("there are %d of %s: %v", len(names), kind, names)
	}
	return names[0], x.Resources[names[0]]
}

// at follows keys into properties: "A.B.0".
func (r resource) at(path string) any {
	var v any = r.Properties
	for _, key := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

// is says whether the property is the value.
func (r resource) is(t *testing.T, name, path string, want any) {
	t.Helper()
	if got := r.at(path); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s %s: %s is %v, want %v", r.Type, name, path, got, want)
	}
}

// function finds the function of a name.
func (x template) function(t *testing.T, name string) (string, resource) {
	t.Helper()
	for _, id := range x.of("AWS::Lambda::Function") {
		if x.Resources[id].at("Description") == "Senda: "+name {
			return id, x.Resources[id]
		}
	}
	t.Fatalf("there is no function %s", name)
	return "", resource{}
}

func array(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

func words(v any) []string {
	var out []string
	for _, x := range array(v) {
		out = append(out, fmt.Sprint(x))
	}
	return out
}
