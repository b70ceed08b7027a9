package archtest

import (
	"slices"
	"strings"
	"testing"
)

// never says what the rooms under a folder may not reach, directly or through others of
// the house, in code that is not a test. A main is left out: it is where the world begins.
var never = []struct{ from, to, reason string }{
	{"internal/jsonata", module, "the expression engine could stand alone"},
	{"internal/lifetime", module, "the value models could stand alone"},
	{"internal/calendar", module, "time is the lowest floor of the house"},
	{"internal/money", module, "money is the lowest floor of the house"},
	{"internal/diag", module, "findings are the lowest floor of the compiler"},
	{"internal/asl", "os", "the language of machines is text in, text out"},
	{"internal/interp", "os", "the interpreter has no I/O of its own"},
	{"internal/parse", "os", "no pass of the compiler does I/O"},
	{"internal/check", "os", "no pass of the compiler does I/O"},
	{"internal/plan", "os", "no pass of the compiler does I/O"},
	{"internal/emit", "os", "no pass of the compiler does I/O"},
	{"internal/compile", "net/http", "a folder in, bundles or findings out"},
	{"internal/entry", module + "/internal/bundle", "the protocol does not know what a journey is made of"},
	{"internal/guard", module + "/internal/entry", "whether a mail may leave is a matter of values"},
	{"internal/access", "github.com/aws/", "a table of names knows no cloud"},
	{"internal/dynamo/layout", "github.com/aws/", "the stacks and the tests read the same words"},
	{"infra", module + "/internal/compile", "what is deployed are files"},
	{"internal/bandit", module + "/internal/task", "choosing is a matter of numbers"},
}

// passes of the compiler, in their order: each takes the form that an earlier one made.
var passes = []string{
	"internal/diag", "internal/outline", "internal/journey", "internal/decode", "internal/parse", "internal/brand", "internal/offer",
	"internal/profile", "internal/scenario", "internal/check", "internal/catalog", "internal/plan", "internal/emit", "internal/bundle", "internal/compile",
}

// adapters know the ports and one service each, and nobody else knows that service.
var adapters = map[string]string{
	"internal/inmem":  "",
	"internal/sqlite": "modernc.org/sqlite",
	"internal/smtp":   "github.com/wneessen/go-mail/smtp",
	"internal/outbox": "os",

	"internal/dynamo": "github.com/aws/aws-sdk-go-v2/service/dynamodb",
	"internal/sqs":    "github.com/aws/aws-sdk-go-v2/service/sqs",
	"internal/sfn":    "github.com/aws/aws-sdk-go-v2/service/sfn",
	// These make one or two calls each, signed without their service's client.
	"internal/s3":             "",
	"internal/ses":            "",
	"internal/eventbridge":    "",
	"internal/secretsmanager": "",
}

// useCases are served over any adapter.
var useCases = []string{
	"internal/audience", "internal/bandit", "internal/choose", "internal/condition", "internal/consent", "internal/deliver", "internal/enroll",
	"internal/entry", "internal/explain", "internal/facts", "internal/feedback", "internal/feedback/sesevent", "internal/guard", "internal/hearing", "internal/hours",
	"internal/house", "internal/identity", "internal/intake", "internal/measure", "internal/preferences", "internal/rules", "internal/runner",
	"internal/score", "internal/update", "internal/wiring",
}

func TestArrowsPointTheRightWay(t *testing.T) {
	all := rooms(t)
	for _, r := range never {
		exists(t, all, r.from+" never reaches "+r.to, r.from)
		if to, ok := inner(r.to); ok && to != "." {
			exists(t, all, r.from+" never reaches "+r.to, to)
		}
		for dir, room := range all {
			if !under(dir, r.from) || room.name == "main" {
				continue
			}
			for ip, way := range reach(all, dir) {
				rel, ok := inner(ip)
				if under(ip, r.to) && (!ok || !under(rel, r.from)) {
					t.Errorf("%s reaches %s: %s\n\t%s", dir, r.to, r.reason, way)
				}
			}
		}
	}
}

// A pass that knew a later one could be about what that one makes of it.
func TestPassesComeInTheirOrder(t *testing.T) {
	all := rooms(t)
	for i, dir := range passes {
		exists(t, all, "the order of passes", dir)
		for ip, way := range reach(all, dir) {
			if rel, ok := inner(ip); ok && slices.Contains(passes[i:], rel) {
				t.Errorf("the pass %s knows the later %s\n\t%s", dir, rel, way)
			}
		}
	}
}

// inCloud are the rooms that may reach a cloud besides the adapters: those that put
// a deployment together, run in it, or look at one.
var inCloud = []string{
	"internal/awsfault", "internal/signed", "internal/cloud", "internal/lambdahost", "internal/deployment", "internal/account",
	"functions", "infra", "localstack", "cmd/senda", "docs",
}

// A cloud is one adapter among others: whoever reaches it cannot be tested without it.
func TestTheDomainKnowsNoCloud(t *testing.T) {
	all := rooms(t)
	for dir := range all {
		_, adapter := adapters[dir]
		if adapter || slices.ContainsFunc(inCloud, func(in string) bool { return under(dir, in) }) {
			continue
		}
		for ip, way := range reach(all, dir) {
			if strings.HasPrefix(ip, "github.com/aws/") {
				t.Errorf("%s reaches a cloud\n\t%s", dir, way)
			}
		}
	}
}

// The constructs are large and belong to one tool: whoever builds the command line or
// a function neither loads nor compiles them.
func TestOnlyInfraKnowsTheConstructs(t *testing.T) {
	all := rooms(t)
	for dir := range all {
		if under(dir, "infra") {
			continue
		}
		for ip, way := range reach(all, dir) {
			for _, tool := range []string{"github.com/aws/aws-cdk-go", "github.com/aws/constructs-go", "github.com/aws/jsii-runtime-go"} {
				if strings.HasPrefix(ip, tool) {
					t.Errorf("%s reaches the constructs\n\t%s", dir, way)
				}
			}
		}
	}
}

func TestUseCasesKnowNoAdapter(t *testing.T) {
	all := rooms(t)
	for _, dir := range useCases {
		exists(t, all, "use cases know no adapter", dir)
		for ip, way := range reach(all, dir) {
			if rel, ok := inner(ip); ok {
				if _, ok := adapters[rel]; ok {
					t.Errorf("%s knows the adapter %s\n\t%s", dir, rel, way)
				}
			}
		}
	}
}

func TestAdaptersDoNotKnowEachOther(t *testing.T) {
	all := rooms(t)
	for a, service := range adapters {
		exists(t, all, "adapters do not know each other", a)
		for ip, way := range reach(all, a) {
			rel, ok := inner(ip)
			if _, is := adapters[rel]; ok && is {
				t.Errorf("%s knows %s: an adapter knows its service and the ports, nothing else\n\t%s", a, rel, way)
			}
		}
		if service == "" {
			continue
		}
		if all[a] != nil && !slices.Contains(all[a].imports(), service) {
			t.Errorf("%s does not use %s: mend the table", a, service)
		}
		for dir, r := range all {
			if dir != a && strings.Contains(service, ".") && slices.Contains(r.imports(), service) {
				t.Errorf("%s uses %s, which is the business of %s", dir, service, a)
			}
		}
	}
}

// What an adapter promises is the contract that every store keeps.
func TestStoresKeepTheContract(t *testing.T) {
	all := rooms(t)
	for _, dir := range []string{"internal/inmem", "internal/sqlite"} {
		exists(t, all, "stores keep the contract", dir)
		if all[dir] != nil && !slices.ContainsFunc(all[dir].files, func(f source) bool {
			return f.test && slices.Contains(f.imports, module+"/internal/storetest")
		}) {
			t.Errorf("%s has no test that runs the contract of storetest", dir)
		}
	}
}

// The root package is the glossary: it stands on the standard library and on the
// JSON values, so that every room can use its words.
func TestTheGlossaryStandsOnNothing(t *testing.T) {
	for _, ip := range rooms(t)["."].imports() {
		if ip != module+"/internal/jsonata" && strings.Contains(strings.Split(ip, "/")[0], ".") {
			t.Errorf("the root package imports %s", ip)
		}
	}
}

func TestNobodyImportsAMain(t *testing.T) {
	all := rooms(t)
	for dir, r := range all {
		for _, f := range r.files {
			for _, ip := range f.imports {
				if rel, ok := inner(ip); ok && all[rel] != nil && all[rel].name == "main" {
					t.Errorf("%s imports the main %s (%s)", dir, rel, f.path)
				}
			}
		}
	}
}

// Test libraries stay in tests, and in the rooms that are tests to others.
func TestTestLibrariesStayInTests(t *testing.T) {
	all := rooms(t)
	forTests := []string{"internal/golden", "internal/porttest", "internal/storetest", "internal/plan/plantest", "internal/shoptest"}
	for _, dir := range forTests {
		exists(t, all, "test libraries", dir)
	}
	for dir, r := range all {
		for _, ip := range r.imports() {
			rel, ours := inner(ip)
			if (ip == "testing" || ip == "pgregory.net/rapid" || ip == "github.com/google/go-cmp/cmp" || ours && slices.Contains(forTests, rel)) && !slices.Contains(forTests, dir) {
				t.Errorf("%s imports %s outside its tests", dir, ip)
			}
		}
	}
}
