package layout

// Call is one permission that a method of the store needs.
type Call struct {
	// Method is that of senda.Store: Get, Range, Find or Commit.
	Method string
	// Action is the IAM action.
	Action string
	// Role is the table it is needed on.
	Role Role
	// Index is the index it is needed on instead of the table, empty for the table.
	Index string
}

// Calls lists what each method of senda.Store needs. A transaction asks for the
// actions of its parts and has no action of its own. A role that never touches
// consent leaves out everything on the table Proofs; no method needs more there
// than to read and to put.
func Calls() []Call {
	return []Call{
		{Method: "Get", Action: "dynamodb:GetItem", Role: Main},
		{Method: "Get", Action: "dynamodb:BatchGetItem", Role: Main},
		{Method: "Get", Action: "dynamodb:GetItem", Role: Proofs},
		{Method: "Get", Action: "dynamodb:BatchGetItem", Role: Proofs},
		{Method: "Range", Action: "dynamodb:Query", Role: Main},
		{Method: "Range", Action: "dynamodb:Query", Role: Proofs},
		{Method: "Find", Action: "dynamodb:Query", Role: Main, Index: Places},
		{Method: "Find", Action: "dynamodb:Query", Role: Main, Index: Messages},
		{Method: "Find", Action: "dynamodb:GetItem", Role: Main},
		{Method: "Find", Action: "dynamodb:BatchGetItem", Role: Main},
		{Method: "Commit", Action: "dynamodb:PutItem", Role: Main},
		{Method: "Commit", Action: "dynamodb:UpdateItem", Role: Main},
		{Method: "Commit", Action: "dynamodb:DeleteItem", Role: Main},
		{Method: "Commit", Action: "dynamodb:ConditionCheckItem", Role: Main},
		{Method: "Commit", Action: "dynamodb:GetItem", Role: Main},
		{Method: "Commit", Action: "dynamodb:PutItem", Role: Proofs},
	}
}
