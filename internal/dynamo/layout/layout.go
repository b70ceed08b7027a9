// Package layout describes the two tables in plain values: the stacks that make
// them in an account and the tests that make them on an emulator read the same
// words, and neither needs the other's libraries.
package layout

// The attributes of an item. Their names are short because every item pays for
// them; docs/tables.md explains each.
const (
	// Partition and Sort are the primary key of both tables: the kind and the
	// part of a senda.Key, and its sort.
	Partition = "pk"
	Sort      = "sk"
	// Version is the number that conditions compare.
	Version = "v"
	// Record is the record itself, as JSON text: a string, or bytes where deflating
	// it saves a write unit.
	Record = "r"
	// Place and Order are the record's place in the index Places.
	Place = "ip"
	Order = "is"
	// Message is the claim's place in the index Messages.
	Message = "im"
	// Expires is the instant, in seconds since 1970, after which DynamoDB may
	// delete the item.
	Expires = "x"
)

// The names of the indexes of the main table.
const (
	Places   = "places"
	Messages = "messages"
)

// Role tells the two tables apart.
type Role string

// The roles.
const (
	// Main holds every record but proofs.
	Main Role = "main"
	// Proofs is the log of consent: put there, never changed.
	Proofs Role = "proofs"
)

// Table is one table. All key attributes are strings; billing is on demand;
// there is no stream.
type Table struct {
	Role Role
	// Partition and Sort name the attributes of the primary key.
	Partition, Sort string
	// Expires names the attribute of the time to live, empty for none.
	Expires string
	Indexes []Index
}

// Index is a global secondary index. It is sparse (an item without its
// attributes is not in it) and holds keys only.
type Index struct {
	Name string
	// Partition and Sort name the attributes of its key; an empty Sort is none.
	Partition, Sort string
}

// Tables lists both tables.
func Tables() []Table {
	return []Table{
		{
			Role: Main, Partition: Partition, Sort: Sort, Expires: Expires,
			Indexes: []Index{
				{Name: Places, Partition: Place, Sort: Order},
				{Name: Messages, Partition: Message},
			},
		},
		{Role: Proofs, Partition: Partition, Sort: Sort},
	}
}

// Shards is the number of partitions over which an index without parts of its
// own is spread, so that it takes 16 times the 1,000 writes a second that one
// partition key takes.
const Shards = 16
