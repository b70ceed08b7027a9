package jsonata_test

import (
	"fmt"

	"github.com/senda-dev/senda/internal/jsonata"
)

func Example() {
	tree, err := jsonata.Parse(`$score.alive < 0.4 and $event.order.total > 20`, jsonata.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := jsonata.Compile(tree, jsonata.CompileOptions{Vars: []string{"score", "event"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	score, _ := jsonata.ParseJSON([]byte(`{"alive": 0.31}`))
	event, _ := jsonata.ParseJSON([]byte(`{"order": {"total": 30.5}}`))
	value, err := program.Eval(jsonata.Nothing, []jsonata.Value{score, event}, nil)
	fmt.Println(value, err)
	// Output: true <nil>
}

func ExampleInfer() {
	tree, err := jsonata.Parse(`scroe.alive < 0.4`, jsonata.Options{Names: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, findings := jsonata.Infer(tree, &jsonata.Scope{
		Input:     jsonata.ObjectOf(jsonata.Field{Name: "score", Type: jsonata.ObjectOf(jsonata.Field{Name: "alive", Type: jsonata.NumberType})}),
		Condition: true,
	})
	for _, f := range findings {
		if f.Severity == jsonata.Fault {
			fmt.Printf("%d:%d %s\n  help: %s\n", f.Pos, f.End, f.Message, f.Help)
		}
	}
	// Output:
	// 0:5 there is no "scroe" here
	//   help: did you mean score?
}

func ExampleParse_error() {
	_, err := jsonata.Parse(`a ?? b`, jsonata.Options{})
	fmt.Println(err)
	// Output: U2002: the operator ?? is newer than JSONata 2.0.6, which Step Functions runs
}
