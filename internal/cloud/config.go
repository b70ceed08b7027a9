package cloud

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	senda "github.com/senda-dev/senda"
)

// The variables that a stack sets for its functions. AWS_SDK_UA_APP_ID and
// AWS_ENDPOINT_URL, with or without a service's name behind it, are read as in any
// program that uses an SDK of AWS; the credentials and the region are Lambda's.
const (
	// VarTable names the table of all records but proofs, VarProofs that of proofs.
	VarTable  = "SENDA_TABLE"
	VarProofs = "SENDA_PROOFS"
	// VarBundles names the bucket of bundles.
	VarBundles = "SENDA_BUNDLES"
	// VarBus names the bus for events that Senda emits.
	VarBus = "SENDA_BUS"
	// VarSecret is the ARN of the secret; see Secret for its form.
	VarSecret = "SENDA_SECRET"
	// VarSalt makes the assignments of the installation its own. It is no secret, and
	// never changes: people would change sides in the middle of a comparison.
	VarSalt = "SENDA_SALT"
	// VarLinks is the https address of the public pages, without a slash at its end.
	VarLinks = "SENDA_LINKS"
	// VarPages is the URL of the queue of pages of audiences.
	VarPages = "SENDA_PAGES"
	// VarSenders is JSON: the configuration set by brand and class.
	VarSenders = "SENDA_SENDERS"
	// VarProofYears is for how many years after its last proof the log of somebody who
	// was erased is kept; 3 unless it is set. A claim for damages lapses after three
	// years in most of the Union.
	VarProofYears = "SENDA_PROOF_YEARS"
	// VarRoot is where Lambda puts the files of a function's zip.
	VarRoot = "LAMBDA_TASK_ROOT"
)

// Config is the environment of a function. Its methods return what a variable says
// and note which are missing or senseless: Open says so before anything is called.
type Config struct {
	lookup func(string) string
	wrong  []string
}

// NewConfig reads the variables that lookup finds, as os.Getenv does.
func NewConfig(lookup func(string) string) *Config { return &Config{lookup: lookup} }

// must is a variable without which the function cannot be.
func (c *Config) must(name string) string {
	v := c.lookup(name)
	if v == "" {
		c.not(name, "is missing")
	}
	return v
}

func (c *Config) not(name, what string) {
	if s := name + " " + what; !slices.Contains(c.wrong, s) {
		c.wrong = append(c.wrong, s)
	}
}

// Err names every variable that was asked for and is missing, or makes no sense.
// The names stand in the way out, which is all of an error that is logged.
func (c *Config) Err() error {
	if len(c.wrong) == 0 {
		return nil
	}
	all := strings.Join(c.wrong, ", ")
	return senda.Errorf(senda.Invalid, "read the environment", "%s", all).WithHelp("%s: the stack sets what a function needs; deploy it again", all)
}

// Table is the name of the main table.
func (c *Config) Table() string { return c.must(VarTable) }

// Proofs is the name of the table of proofs.
func (c *Config) Proofs() string { return c.must(VarProofs) }

// Bundles is the name of the bucket of bundles.
func (c *Config) Bundles() string { return c.must(VarBundles) }

// Bus is the name of the bus.
func (c *Config) Bus() string { return c.must(VarBus) }

// Secret is the ARN of the secret.
func (c *Config) Secret() string { return c.must(VarSecret) }

// Salt is that of assignments.
func (c *Config) Salt() string { return c.must(VarSalt) }

// Pages is the URL of the queue of pages.
func (c *Config) Pages() string { return c.must(VarPages) }

// Links is the address of the public pages.
func (c *Config) Links() string {
	v := c.must(VarLinks)
	if v != "" && (!strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "http://") || strings.HasSuffix(v, "/")) {
		c.not(VarLinks, "is no web address without a slash at its end")
	}
	return v
}

// Senders are the configuration sets by brand and class.
func (c *Config) Senders() map[string]map[senda.Class]string {
	text := c.must(VarSenders)
	if text == "" {
		return nil
	}
	var out map[string]map[senda.Class]string
	if err := json.Unmarshal([]byte(text), &out); err != nil || len(out) == 0 {
		c.not(VarSenders, `is no JSON such as {"brand": {"marketing": "set", "transactional": "set"}}`)
	}
	return out
}

// DefaultProofYears is for how long the proofs about somebody who was erased are kept.
const DefaultProofYears = 3

// ProofYears is for how many years proofs are kept after the last one about somebody
// who was erased.
func (c *Config) ProofYears() int {
	text := c.lookup(VarProofYears)
	if text == "" {
		return DefaultProofYears
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 100 {
		c.not(VarProofYears, "is no number of years from 1 to 100")
		return DefaultProofYears
	}
	return n
}

// Shop are the files that all journeys share, as they travel with the code.
func (c *Config) Shop() fs.FS { return os.DirFS(filepath.Join(c.must(VarRoot), "shop")) }
