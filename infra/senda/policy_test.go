//go:build infra

package senda_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/senda-dev/senda/internal/access"
)

// permission is one action on one resource as the template spells it.
type permission struct{ action, on string }

// permissions are all that a role allows: in it, and in policies that name it.
func (x template) permissions(t *testing.T, role string) map[permission]bool {
	t.Helper()
	out := map[permission]bool{}
	take := func(document any) {
		for _, s := range array(resource{Properties: document.(map[string]any)}.at("Statement")) {
			st := s.(map[string]any)
			if st["Effect"] != "Allow" || st["NotAction"] != nil || st["NotResource"] != nil {
				t.Errorf("a statement of %s is not a plain one: %v", role, st)
			}
			for _, a := range words(st["Action"]) {
				for _, r := range words(st["Resource"]) {
					out[permission{a, r}] = true
				}
			}
		}
	}
	if r, ok := x.Resources[role]; ok {
		for i := range array(r.at("Policies")) {
			take(r.at(fmt.Sprintf("Policies.%d.PolicyDocument", i)))
		}
		if r.at("ManagedPolicyArns") != nil {
			t.Errorf("%s has policies of somebody else's", role)
		}
	}
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"} {
		for _, id := range x.of(kind) {
			if slices.Contains(words(x.Resources[id].at("Roles")), "<"+role+">") {
				take(x.Resources[id].at("PolicyDocument"))
			}
		}
	}
	return out
}

// spelled is how the template names the resources of the table for a function.
func (a *assembly) spelled(t *testing.T, f access.Function) map[access.Resource][]string {
	t.Helper()
	var table, proofs string
	for _, id := range a.data.of("AWS::DynamoDB::Table") {
		if a.data.Resources[id].at("TimeToLiveSpecification") != nil {
			table = "<" + id + ".Arn>"
		} else {
			proofs = "<" + id + ".Arn>"
		}
	}
	bucket, _ := a.data.one(t, "AWS::S3::Bucket")
	secret, _ := a.data.one(t, "AWS::SecretsManager::Secret")
	bus, _ := a.journeys.one(t, "AWS::Events::EventBus")
	id, _ := a.journeys.function(t, f.Name)
	fn := a.journeys.Resources[id]
	logs := strings.Trim(fmt.Sprint(fn.at("LoggingConfig.LogGroup")), "<>")
	out := map[access.Resource][]string{
		access.MainTable: {table}, access.PlacesIndex: {table + "/index/places"}, access.MessagesIndex: {table + "/index/messages"},
		access.ProofTable: {proofs}, access.BundleBucket: {"<" + bucket + ".Arn>"}, access.Bundles: {"<" + bucket + ".Arn>/bundles/*"},
		access.Secret: {"<" + secret + ">"}, access.Bus: {"<" + bus + ".Arn>"}, access.Everything: {"*"}, access.Logs: {"<" + logs + ".Arn>"},
	}
	for _, m := range a.journeys.of("AWS::StepFunctions::StateMachine") {
		out[access.Machines] = append(out[access.Machines], "<"+m+">")
		out[access.Executions] = append(out[access.Executions], "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<"+m+".Name>:*")
	}
	for _, p := range a.journeys.of("Custom::SendaJourney") {
		r := a.journeys.Resources[p]
		out[access.BundleFiles] = append(out[access.BundleFiles], fmt.Sprintf("arn:<AWS::Partition>:s3:::%v/%v", r.at("AssetBucket"), r.at("AssetKey")))
	}
	for kind, name := range map[string]string{"AWS::SES::ConfigurationSet": "configuration-set", "AWS::SES::EmailIdentity": "identity"} {
		for _, s := range a.journeys.of(kind) {
			out[access.Senders] = append(out[access.Senders], "arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:"+name+"/<"+s+">")
		}
	}
	for _, m := range a.journeys.of("AWS::Lambda::EventSourceMapping") {
		source := fmt.Sprint(a.journeys.Resources[m].at("EventSourceArn"))
		if a.journeys.Resources[m].at("FunctionName") == "<"+id+">" {
			out[access.Source] = []string{source}
		}
		if enroll, _ := a.journeys.function(t, "enroll"); a.journeys.Resources[m].at("FunctionName") == "<"+enroll+">" {
			out[access.Pages] = []string{source}
		}
	}
	for _, c := range a.journeys.of("AWS::Lambda::EventInvokeConfig") {
		if r := a.journeys.Resources[c]; r.at("FunctionName") == "<"+id+">" {
			out[access.DeadLetters] = []string{fmt.Sprint(r.at("DestinationConfig.OnFailure.Destination"))}
		}
	}
	return out
}

// What a function may do is what the table of access says, no more and no less.
func TestPoliciesAreTheTable(t *testing.T) {
	a := synthesised(t)
	for _, f := range access.Functions {
		_, fn := a.journeys.function(t, f.Name)
		role, _, _ := strings.Cut(strings.Trim(fmt.Sprint(fn.at("Role")), "<>"), ".")
		got := a.journeys.permissions(t, role)
		if f.Name == "prune" {
			// The role stands with the data, its policy with the function, and is nobody else's.
			id, _ := a.journeys.one(t, "AWS::IAM::Policy")
			for _, r := range words(a.journeys.Resources[id].at("Roles")) {
				if r != "<"+role+">" {
					t.Errorf("the pruner's policy is that of %s", r)
				}
			}
		}
		spelled, want := a.spelled(t, f), map[permission]bool{}
		for _, c := range f.Grants() {
			if len(spelled[c.On]) == 0 {
				t.Errorf("%s calls %s on %s, which the template does not have", f.Name, c.Action, c.On)
			}
			for _, r := range spelled[c.On] {
				want[permission{c.Action, r}] = true
			}
		}
		for p := range maps.Keys(got) {
			if !want[p] {
				t.Errorf("%s may %s on %s, which the table does not say", f.Name, p.action, p.on)
			}
		}
		for p := range maps.Keys(want) {
			if !got[p] {
				t.Errorf("%s may not %s on %s, which the table says", f.Name, p.action, p.on)
			}
		}
	}
}

// No role of ours may do anything on "*", but what knows no resource; nor on a family of
// names, but those of the table.
func TestWildcards(t *testing.T) {
	a := synthesised(t)
	for _, x := range []template{a.data, a.journeys} {
		roles := x.of("AWS::IAM::Role")
		for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"} {
			for _, id := range x.of(kind) {
				for _, r := range words(x.Resources[id].at("Roles")) {
					roles = append(roles, strings.Trim(r, "<>"))
				}
			}
		}
		for _, role := range roles {
			for p := range x.permissions(t, role) {
				switch {
				case strings.Contains(p.action, "*"):
					t.Errorf("%s may %s", role, p.action)
				case p.on == "*" && access.Unscoped[p.action] == "":
					t.Errorf("%s may %s on everything", role, p.action)
				case p.on != "*" && strings.Contains(p.on, "*") && !strings.HasSuffix(p.on, "/bundles/*") && !strings.HasSuffix(p.on, ".Name>:*"):
					t.Errorf("%s may %s on %s", role, p.action, p.on)
				}
			}
		}
	}
}

// A machine calls the functions of its text, and no others; each schedule its one.
func TestServicesCallWhatIsTheirs(t *testing.T) {
	a := synthesised(t)
	for _, id := range a.journeys.of("AWS::StepFunctions::StateMachine") {
		m := a.journeys.Resources[id]
		role, _, _ := strings.Cut(strings.Trim(fmt.Sprint(m.at("RoleArn")), "<>"), ".")
		want := map[string]bool{}
		for _, arn := range m.at("DefinitionSubstitutions").(map[string]any) {
			want[fmt.Sprint(arn)] = true
		}
		for p := range a.journeys.permissions(t, role) {
			if p.action == "lambda:InvokeFunction" {
				if !want[p.on] {
					t.Errorf("%s may call %s", id, p.on)
				}
				delete(want, p.on)
			}
		}
		if len(want) > 0 {
			t.Errorf("%s may not call %v", id, want)
		}
	}
	for _, id := range a.journeys.of("AWS::Scheduler::Schedule") {
		s := a.journeys.Resources[id]
		role, _, _ := strings.Cut(strings.Trim(fmt.Sprint(s.at("Target.RoleArn")), "<>"), ".")
		want := map[permission]bool{
			{"lambda:InvokeFunction", fmt.Sprint(s.at("Target.Arn"))}: true, {"sqs:SendMessage", fmt.Sprint(s.at("Target.DeadLetterConfig.Arn"))}: true,
		}
		if got := a.journeys.permissions(t, role); !maps.Equal(got, want) {
			t.Errorf("%s may %v, want %v", id, got, want)
		}
	}
}

// The log of consent is changed by nobody, and dropped from by the pruner alone, whatever a
// role allows.
func TestProofsAreDenied(t *testing.T) {
	a := synthesised(t)
	for _, id := range a.data.of("AWS::DynamoDB::Table") {
		r := a.data.Resources[id]
		if r.at("TimeToLiveSpecification") != nil {
			continue
		}
		pruner, _ := a.data.one(t, "AWS::IAM::Role")
		denied := map[string]string{}
		for _, s := range array(r.at("ResourcePolicy.PolicyDocument.Statement")) {
			st := resource{Properties: s.(map[string]any)}
			for _, action := range words(st.at("Action")) {
				if st.at("Effect") == "Deny" && st.at("Principal.AWS") == "*" {
					denied[action] = fmt.Sprint(st.at("Condition"))
				}
			}
		}
		for _, action := range []string{"dynamodb:UpdateItem", "dynamodb:BatchWriteItem", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert"} {
			if denied[action] != "<nil>" {
				t.Errorf("%s is denied under %q, want always", action, denied[action])
			}
		}
		if want := "map[ArnNotEquals:map[aws:PrincipalArn:<" + pruner + ".Arn>]]"; denied["dynamodb:DeleteItem"] != want {
			t.Errorf("dynamodb:DeleteItem is denied under %q, want %q", denied["dynamodb:DeleteItem"], want)
		}
	}
}
