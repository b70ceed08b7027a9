package interp_test

import (
	"fmt"
	"log"
	"time"

	"github.com/senda-dev/senda/internal/interp"
	"github.com/senda-dev/senda/internal/jsonata"
)

// A customer is asked and answers on the second day; the three days that the
// question may take cost no time here.
func Example() {
	machine, err := interp.Load([]byte(`{"QueryLanguage":"JSONata","StartAt":"ask","States":{
		"ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","TimeoutSeconds":"{% $states.input.days * 86400 %}",
			"Arguments":{"FunctionName":"ask","Payload":{"token":"{% $states.context.Task.Token %}"}},
			"Output":"{% 'answered ' & $states.result.score %}","End":true}}}`))
	if err != nil {
		log.Fatal(err)
	}
	run := machine.Start(interp.Execution{ID: "ask/p-01187/1", Input: jsonata.Of(map[string]any{"days": 3})})

	var token string
	ask := hostFunc(func(t *interp.Task) interp.Reply {
		token = t.Payload.Get("token").Str()
		return interp.Done(jsonata.Null) // the question is on its way
	})
	monday := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	fmt.Println(run.Advance(monday, ask), "until", run.Wake().Format(time.DateOnly))

	if err := run.SendTaskSuccess(token, jsonata.Of(map[string]any{"score": 9})); err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Advance(monday.AddDate(0, 0, 2), ask), run.Outcome().Output)
	// Output:
	// RUNNING until 2027-03-04
	// SUCCEEDED "answered 9"
}
