package cloud

import "github.com/senda-dev/senda/internal/lambdahost"

// The metrics of the functions, with their dimensions. All are counts. A mail is
// counted again when its step is called again after an answer that was lost.
const (
	// Entered counts who entered a journey, by Journey.
	Entered lambdahost.Metric = "Entered"
	// Quarantined counts refused events, by Reason (intake.Reason).
	Quarantined lambdahost.Metric = "Quarantined"
	// MailsSent and WouldHaveBeen, of the held-out, are by Journey; MailsRefused is by
	// Journey and Reason (senda.Guard).
	MailsSent     lambdahost.Metric = "MailsSent"
	MailsRefused  lambdahost.Metric = "MailsRefused"
	WouldHaveBeen lambdahost.Metric = "WouldHaveBeen"
	// Alarms counts what a person must look at, by Journey and Why (feedback.Alarm).
	Alarms lambdahost.Metric = "Alarms"
	// Failed counts entries that ended because their execution failed, by Journey.
	Failed lambdahost.Metric = "ExecutionsFailed"
	// Settled counts what was found half done and carried on, by What: claims,
	// entries, events.
	Settled lambdahost.Metric = "Settled"
	// Looked counts the people at whom a run of an audience looked, by Journey.
	Looked lambdahost.Metric = "PeopleLookedAt"
	// Pruned counts the proofs that were dropped.
	Pruned lambdahost.Metric = "ProofsPruned"
)

func byJourney(name string) lambdahost.Dimension {
	return lambdahost.Dimension{Name: "Journey", Value: name}
}

func byReason(word string) lambdahost.Dimension {
	return lambdahost.Dimension{Name: "Reason", Value: word}
}
