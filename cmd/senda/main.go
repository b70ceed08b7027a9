// Command senda is what marketers and engineers type: it checks, formats, draws,
// previews, tests, runs and explains journeys, on one machine and without an
// account anywhere.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// The exit codes. Scripts may rely on them.
const (
	exitFine     = 0
	exitFindings = 1 // the journeys, a scenario or an event has something wrong
	exitUsage    = 2 // the command line is off
	exitTrouble  = 3 // something else failed: a file, the store, a service
)

// cli is the command line.
type cli struct {
	JSON bool `name:"json" help:"Write JSON instead of text."`

	Check      checkCmd      `cmd:"" help:"Check journeys: every mistake at its place, with the way out."`
	Compile    compileCmd    `cmd:"" help:"Write what a deployment is made of: machines, bundles, contracts."`
	Fmt        fmtCmd        `cmd:"" help:"Put journeys into their one form; order and comments stay."`
	Diagram    diagramCmd    `cmd:"" help:"Draw a journey, for the terminal or as SVG."`
	Preview    previewCmd    `cmd:"" help:"Render a mail as a person would get it."`
	Test       testCmd       `cmd:"" help:"Play the scenarios of journeys."`
	Run        runCmd        `cmd:"" help:"Take events in and run journeys, in real or in virtual time."`
	Fit        fitCmd        `cmd:"" help:"Fit the customer-value model to purchases."`
	Explain    explainCmd    `cmd:"" help:"Say why a person got a mail, or did not, and what comes next."`
	Quarantine quarantineCmd `cmd:"" help:"List refused events and dead letters, and take them in again."`
	Diff       diffCmd       `cmd:"" help:"Say in plain words what deploying these journeys would change."`
	Stop       stopCmd       `cmd:"" help:"Stop a journey: everyone inside leaves at their next step."`
	Close      closeCmd      `cmd:"" help:"Close a journey: nobody enters, those inside go on."`
	Open       openCmd       `cmd:"" help:"Open a journey that was stopped or closed: people enter again."`
	Rehearse   rehearseCmd   `cmd:"" help:"Play a scenario in a deployment, for a test person, at a fast pace."`
	Doctor     doctorCmd     `cmd:"" help:"Say what a machine, an account or a deployment lacks, and how to mend it."`
	Schema     schemaCmd     `cmd:"" help:"Write the JSON Schemas that give completion in an editor."`
	Demo       demoCmd       `cmd:"" help:"Replay 18 months of real purchases and make a page of it."`
	Version    versionCmd    `cmd:"" help:"Say which version this is."`
}

const description = `Customer journeys as text files: checked, tested and run.

Exit codes: 0 fine, 1 findings, 2 wrong usage, 3 trouble.

Examples:
  senda check
  senda test journeys/win-back
  senda preview win-back come-back --lang es --html mail.html
  senda run --events events.ndjson --outbox out/mails --store senda.db
  senda explain p-7c2f... --mail come-back --store senda.db`

// console is where a command writes.
type console struct {
	out, err io.Writer
	json     bool
}

// found is returned by a command that said everything already: the exit code tells.
var errFound = errors.New("findings")

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main with everything that it touches given in, so that tests can call it.
func run(args []string, in io.Reader, out, errs io.Writer) (code int) {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("senda"), kong.Description(description), kong.Writers(out, errs),
		kong.Exit(func(code int) { exited = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Vars{"journeys": "journeys"})
	if err != nil {
		fmt.Fprintln(errs, "senda:", err)
		return exitTrouble
	}
	k, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(errs, "senda: %v\n  help: senda --help\n", err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	k.BindTo(in, (*io.Reader)(nil))
	k.Bind(&console{out: out, err: errs, json: c.JSON})
	switch err := k.Run(); {
	case err == nil:
		return exitFine
	case errors.Is(err, errFound):
		return exitFindings
	default:
		report(errs, err)
		return exitTrouble
	}
}
