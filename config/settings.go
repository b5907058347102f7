package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/user"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

// SettingsFile is the file LoadSettings reads from the working directory when none is named.
const SettingsFile = "farmhand.yaml"

// envPrefix begins the environment variable of every setting: FARMHAND_INSTALL_PARALLEL is install.parallel.
const envPrefix = "FARMHAND"

// Settings are what one worker or starter runs with; they are about this process and never about a farm.
// How Temporal is reached is not among them: TEMPORAL_ADDRESS and its siblings say that, as for every tool
// of Temporal.
type Settings struct {
	// Site is the network this worker serves: activities of farms of that site run here.
	Site string `mapstructure:"site"`
	// Secrets lists the references this worker may resolve, each as env:NAME or file:/path with the
	// wildcards of path.Match, like env:SP_*. An empty list allows none.
	Secrets []string    `mapstructure:"secrets"`
	TLS     TLSSettings `mapstructure:"tls"`
	// Kerberos says where a worker learns of realms.
	Kerberos KerberosSettings `mapstructure:"kerberos"`
	// Notify says who is told of events.
	Notify  NotifySettings  `mapstructure:"notify"`
	Install InstallSettings `mapstructure:"install"`
	// Activities bound what a worker does at once.
	Activities ActivitySettings `mapstructure:"activities"`
	// Inventory says where inventories of clients lie.
	Inventory InventorySettings `mapstructure:"inventory"`
	// Evidence says what a worker signs evidence with.
	Evidence EvidenceSettings `mapstructure:"evidence"`
	// Codec holds the keys that payloads in Temporal are encrypted with.
	Codec CodecSettings `mapstructure:"codec"`
	// Deployment is the version a worker runs as.
	Deployment DeploymentSettings `mapstructure:"deployment"`
	Health     HealthSettings     `mapstructure:"health"`
	Log        LogSettings        `mapstructure:"log"`
	// WorkerStopTimeout is how long a worker that is told to stop waits for its activities.
	WorkerStopTimeout time.Duration `mapstructure:"worker_stop_timeout"`
	// Operator is the person who uses the starter; the account of the operating system when not set.
	Operator string `mapstructure:"operator"`
}

// TLSSettings say whom TLS connections to servers and SQL Servers trust.
type TLSSettings struct {
	// CAFile is a PEM file of certificate authorities; empty means those of the operating system.
	CAFile string `mapstructure:"ca_file"`
}

// InstallSettings bound the install phase.
type InstallSettings struct {
	// Parallel is how many servers of one farm install packages at the same time.
	Parallel int `mapstructure:"parallel"`
}

// ActivitySettings bound what one worker does at once.
type ActivitySettings struct {
	// Parallel is how many activities a worker runs at the same time, of all farms of its site together. Each waits for a
	// server or looks at a job most of its time.
	Parallel int `mapstructure:"parallel"`
}

// InventorySettings say where a worker finds the inventories of clients that rollout files name.
type InventorySettings struct {
	// Directory on the worker; empty: nowhere.
	Directory string `mapstructure:"directory"`
}

// EvidenceSettings say what a worker signs evidence with: a key that is referred to, or one of its own. Neither: it signs
// nothing.
type EvidenceSettings struct {
	// Key refers to an Ed25519 key as ssh-keygen writes it, without a passphrase.
	Key string `mapstructure:"key"`
	// Directory is where the worker keeps a key of its own, made at the first start.
	Directory string `mapstructure:"directory"`
}

// HealthSettings say where a worker answers health checks.
type HealthSettings struct {
	// Address is host:port; empty: nowhere.
	Address string `mapstructure:"address"`
}

// LogSettings say what the process logs to standard error.
type LogSettings struct {
	Level  string `mapstructure:"level"`  // debug, info, warn or error
	Format string `mapstructure:"format"` // text or json
}

// settingDefaults holds a default for every key: viper brings the environment only to keys it knows.
var settingDefaults = map[string]any{
	"site":                "default",
	"secrets":             []string{},
	"tls.ca_file":         "",
	"kerberos.config":     defaultKrb5Conf,
	"notify.templates":    "",
	"notify.receivers":    []any{},
	"install.parallel":    4,
	"activities.parallel": 1000,
	"inventory.directory": "",
	"codec.keys":          []any{},
	"deployment.name":     "",
	"deployment.build_id": "",
	"evidence.key":        "",
	"evidence.directory":  "",
	"health.address":      "",
	"log.level":           "info",
	"log.format":          "text",
	"worker_stop_timeout": "30s",
	"operator":            "",
}

// LoadSettings reads the settings: the environment (FARMHAND_SITE, FARMHAND_INSTALL_PARALLEL, …) before the
// file before the defaults. path names the file, which must then exist; empty means SettingsFile in the
// working directory, if there is one. The error is *Mistakes, or wraps the error of reading the file.
func LoadSettings(path string) (Settings, error) {
	file, named := path, path != ""
	if !named {
		file = SettingsFile
	}
	n := newNotes(file)
	v := viper.New()
	data, err := os.ReadFile(file)
	switch {
	case err == nil:
		if top := parse(n, data); top != nil {
			value, _ := n.shape("", top, reflect.TypeFor[Settings]())
			m, _ := value.(plain)
			if err := v.MergeConfigMap(m); err != nil {
				return Settings{}, fmt.Errorf("settings: %w", err)
			}
		}
	case named || !errors.Is(err, fs.ErrNotExist):
		return Settings{}, fmt.Errorf("settings: %w", err)
	}

	v.SetEnvPrefix(envPrefix)
	v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	v.AutomaticEnv()
	for key, value := range settingDefaults {
		v.SetDefault(key, value)
	}
	n.fromEnvironment(v, "", reflect.TypeFor[Settings]())

	var s Settings
	if err := v.UnmarshalExact(&s, viper.DecodeHook(mapstructure.ComposeDecodeHookFunc(
		mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(",")))); err != nil && len(n.found) == 0 {
		n.wrong("", "the settings cannot be decoded (%T)", err) // the text of err may hold values
	}
	for i := range s.Secrets {
		s.Secrets[i] = strings.TrimSpace(s.Secrets[i])
	}
	if s.Operator == "" {
		if u, err := user.Current(); err == nil {
			s.Operator = u.Username
		}
	}
	n.checkSettings(s)
	return s, mistakesOf(n.settle())
}

// EnvironmentVariable returns the variable that sets a key: FARMHAND_LOG_LEVEL for log.level.
func EnvironmentVariable(key string) string {
	return envPrefix + "_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// fromEnvironment notes which keys the environment sets, and takes back those whose text is no value of
// their type, so that the others can still be decoded and checked.
func (n *notes) fromEnvironment(v *viper.Viper, key string, t reflect.Type) {
	for _, f := range fieldsOf(t) {
		at := child(key, f.name)
		if f.typ.Kind() == reflect.Struct {
			n.fromEnvironment(v, at, f.typ)
			continue
		}
		text := os.Getenv(EnvironmentVariable(at))
		if text == "" {
			continue
		}
		// The environment's value stands in for the file's, members of a list included.
		delete(n.broken, at)
		maps.DeleteFunc(n.at, func(k string, _ position) bool { return strings.HasPrefix(k, at+"[") })
		n.at[at] = position{}
		message := ""
		switch {
		case f.typ == reflect.TypeFor[[]Receiver]():
			if receivers, ok := n.receiversFromEnvironment(at, text); ok {
				v.Set(at, receivers)
			} else {
				v.Set(at, settingDefaults[at])
			}
		case f.typ == reflect.TypeFor[[]CodecKey]():
			if keys, ok := parseCodecKeys(text); ok {
				v.Set(at, keys)
			} else {
				message = "want id=reference, one or more, separated by commas, like 2026-11=env:FARMHAND_CODEC_KEY_2026_11"
			}
		case isDuration(f.typ):
			message = durationMistake(at, text)
		case f.typ.Kind() == reflect.Int:
			if _, err := strconv.Atoi(text); err != nil {
				message = quoted(at, text) + " is not a number"
			}
		}
		if message != "" {
			n.brokenShape(at, position{}, "%s", message)
			v.Set(at, settingDefaults[at])
		}
	}
}

// settle names the environment, not the file, in mistakes about values that came from there.
func (n *notes) settle() []Mistake {
	for i, m := range n.found {
		if m.Key != "" && m.Line == 0 {
			n.found[i].File = EnvironmentVariable(keyOfList(m.Key))
		}
	}
	return n.found
}

// keyOfList drops the place in a list: secrets[2] -> secrets.
func keyOfList(key string) string {
	before, _, _ := strings.Cut(key, "[")
	return before
}
