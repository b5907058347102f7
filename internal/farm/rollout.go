package farm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// Rollout is one approved change: a release applied to farms. It is the decoded rollout file; its digest
// is what people approve.
type Rollout struct {
	ID           string         `json:"rollout" mapstructure:"rollout"`
	Release      string         `json:"release" mapstructure:"release"`
	Change       Change         `json:"change" mapstructure:"change"`
	RequestedBy  string         `json:"requested_by" mapstructure:"requested_by"`
	Operators    []string       `json:"operators" mapstructure:"operators"`
	LicenseTerms []LicenseTerms `json:"license_terms" mapstructure:"license_terms"`
	Groups       []Group        `json:"groups" mapstructure:"groups"`
	Gates        []GatePolicy   `json:"gates" mapstructure:"gates"`
	Packages     PackageSource  `json:"packages" mapstructure:"packages"`
	Queue        QueueWait      `json:"queue,omitzero" mapstructure:"queue"`
	ManualTasks  []ManualTask   `json:"manual_tasks,omitempty" mapstructure:"manual_tasks"`
	// UpgradeJobs says how long upgrade timer jobs at work are waited for.
	UpgradeJobs UpgradeJobPolicy `json:"upgrade_jobs" mapstructure:"upgrade_jobs"`
	Credentials []Credential     `json:"credentials" mapstructure:"credentials"`
	// Waves are the farms in the order of their turns; none is one wave of all farms (InWaves).
	Waves []Wave `json:"waves,omitempty" mapstructure:"waves"`
	// MaxParallel is how many farms are updated at once over all waves.
	MaxParallel int `json:"max_parallel,omitempty" mapstructure:"max_parallel"`
	// StopAfterFailures is the failure budget over all waves.
	StopAfterFailures FailureBudget `json:"stop_after_failures,omitempty" mapstructure:"stop_after_failures"`
	// BusyFarms says what happens to a farm that another rollout works on; empty refuses it.
	BusyFarms BusyPolicy `json:"busy_farms,omitempty" mapstructure:"busy_farms"`
	// Windows hold for farms that have none of their own, and whose site has none; Freezes hold for every farm.
	Windows []Window `json:"windows,omitempty" mapstructure:"windows"`
	Freezes []Freeze `json:"freezes,omitempty" mapstructure:"freezes"`
	// RestoreNeeds is how long a back-out takes, of farms and sites that say nothing else.
	RestoreNeeds time.Duration `json:"restore_needs,omitempty" mapstructure:"restore_needs"`
	// Emergency names who may let a farm be changed outside its windows and inside a freeze.
	Emergency []string `json:"emergency,omitempty" mapstructure:"emergency"`
	Sites     []Site   `json:"sites,omitempty" mapstructure:"sites"`
	Farms     []Farm   `json:"farms" mapstructure:"farms"`
}

// Change is the change record the rollout belongs to.
type Change struct {
	Ticket   string `json:"ticket" mapstructure:"ticket"`
	Risk     string `json:"risk" mapstructure:"risk"`
	BackOut  string `json:"back_out" mapstructure:"back_out"`
	TestedOn string `json:"tested_on" mapstructure:"tested_on"`
}

// LicenseTerms records who accepted the license terms of a package; the article's installer asks a person.
type LicenseTerms struct {
	Package    string `json:"package" mapstructure:"package"`
	AcceptedBy string `json:"accepted_by" mapstructure:"accepted_by"`
}

// Group is a named set of people who may decide at a gate.
type Group struct {
	Name    string   `json:"name" mapstructure:"name"`
	Members []Member `json:"members" mapstructure:"members"`
}

// Member is one person of a group.
type Member struct {
	Name string `json:"name" mapstructure:"name"`
	// SSHKey is the member's public SSH key, as one line of a .pub file. A decision of who has one counts only with its
	// signature (Statement).
	SSHKey string `json:"ssh_key,omitempty" mapstructure:"ssh_key"`
}

// GateName is the name of a point where people decide.
type GateName string

// The gates of one farm, in the order they are met, and the gate between waves.
const (
	// GateStart is asked after preflight, before users are disconnected.
	GateStart GateName = "start"
	// GateInstall is asked right before the first package: the point of no return.
	GateInstall GateName = "install"
	// GateContinue is asked after the host of Central Administration is verified.
	GateContinue GateName = "continue"
	// GateReconnect is asked before users come back.
	GateReconnect GateName = "reconnect"
	// GateNextWave is asked before each wave of a rollout but the first.
	GateNextWave GateName = "next-wave"
)

// Credential is an account and a reference to its password. The value of the reference is known to
// workers alone.
type Credential struct {
	Name string `json:"name" mapstructure:"name"`
	// User as DOMAIN\user, user@domain, or user for a SQL login.
	User string `json:"user" mapstructure:"user"`
	// Password is a reference such as env:SP_SETUP_PASSWORD or file:/run/secrets/setup, never a password.
	Password string `json:"password" mapstructure:"password"`
	// Keytab is a reference to a file with the account's Kerberos keys, such as file:/run/secrets/setup.keytab. It logs on
	// instead of the password where a server or SQL Server has auth: kerberos, and is of no use anywhere else.
	Keytab string `json:"keytab,omitempty" mapstructure:"keytab"`
}

// Digest is the SHA-256, in hex, over the decoded value and the release it names, so that comments and
// layout of the file do not count and everything that runs does.
func (r Rollout) Digest(rel Release) string {
	b, err := json.Marshal(struct {
		Rollout Rollout
		Release Release
	}{r, rel})
	if err != nil {
		panic("farm: rollout cannot be encoded: " + err.Error()) // plain data: cannot happen
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Farm returns the farm of that name.
func (r Rollout) Farm(name string) (Farm, bool) {
	i := slices.IndexFunc(r.Farms, func(f Farm) bool { return f.Name == name })
	if i < 0 {
		return Farm{}, false
	}
	return r.Farms[i], true
}

// Credential returns the credential of that name.
func (r Rollout) Credential(name string) (Credential, bool) {
	i := slices.IndexFunc(r.Credentials, func(c Credential) bool { return c.Name == name })
	if i < 0 {
		return Credential{}, false
	}
	return r.Credentials[i], true
}

// Gate returns the policy of a gate, and whether it is asked.
func (r Rollout) Gate(name GateName) (GatePolicy, bool) {
	i := slices.IndexFunc(r.Gates, func(g GatePolicy) bool { return g.Name == name })
	if i < 0 {
		return GatePolicy{}, false
	}
	return r.Gates[i], true
}

// Group returns the group of that name.
func (r Rollout) Group(name string) (Group, bool) {
	i := slices.IndexFunc(r.Groups, func(g Group) bool { return g.Name == name })
	if i < 0 {
		return Group{}, false
	}
	return r.Groups[i], true
}

// People are the names of a group's members; none of a group that does not exist.
func (r Rollout) People(group string) []string {
	g, _ := r.Group(group)
	var out []string
	for _, m := range g.Members {
		out = append(out, m.Name)
	}
	return out
}

// SSHKey is the public key of a person, by name as decisions compare names; empty where the file has none.
func (r Rollout) SSHKey(name string) string {
	for _, g := range r.Groups {
		for _, m := range g.Members {
			if m.SSHKey != "" && containsName([]string{m.Name}, name) {
				return m.SSHKey
			}
		}
	}
	return ""
}

// Signers are those of some people who have a key in the file, with it.
func (r Rollout) Signers(people ...string) []Member {
	var out []Member
	for _, name := range people {
		if key := r.SSHKey(name); key != "" {
			out = append(out, Member{Name: name, SSHKey: key})
		}
	}
	return out
}
