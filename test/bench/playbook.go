package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"farmhand/internal/farm"
)

// errorLength is how much of what Ansible prints an error quotes: the end, where the failure is.
const errorLength = 3000

// playbookFiles are the peer: what a good administrator would write for Ansible 7.7 and servers on which no module of
// ansible.windows runs.
//
//go:embed ansible
var playbookFiles embed.FS

// playbook updates the farm with ansible-playbook.
func (f *farmMeasure) playbook(ctx context.Context, t *twin) (time.Duration, error) {
	dir, err := os.MkdirTemp(f.site.dir, "ansible-")
	if err != nil {
		return 0, err
	}
	if err := os.CopyFS(dir, playbookFiles); err != nil {
		return 0, err
	}
	inventory, err := json.Marshal(t.inventory(f.site.password))
	if err != nil {
		return 0, err
	}
	sql := t.rollout.Farms[0].SQLServers[0]
	freetds := fmt.Sprintf("[%s]\nhost = %s\nport = %d\ntds version = 7.2\nencryption = request\n", sql.Name, sql.Address, sql.Port)
	for name, text := range map[string]string{"inventory.json": string(inventory), "ansible.cfg": "", "freetds.conf": freetds} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return 0, err
		}
	}
	env, err := legacyOpenSSL(dir)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "ansible-playbook", "-i", filepath.Join(dir, "inventory.json"), filepath.Join(dir, "ansible", "update.yml"))
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), env...), "ANSIBLE_HOME="+dir, "ANSIBLE_LOCAL_TEMP="+dir, "ANSIBLE_CONFIG="+filepath.Join(dir, "ansible.cfg"),
		"ANSIBLE_NOCOLOR=1", "FREETDSCONF="+filepath.Join(dir, "freetds.conf"), "LC_ALL=C.UTF-8")
	said, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%w (%s): %s", err, installPeers, said[max(0, len(said)-errorLength):])
	}
	return processorTime(cmd), nil
}

// inventory is the farm for Ansible. JSON is YAML.
func (t *twin) inventory(password string) map[string]any {
	own := t.rollout.Farms[0]
	hosts, web, application := map[string]any{}, map[string]any{}, map[string]any{}
	for _, s := range own.Servers {
		hosts[s.Name] = map[string]any{
			"ansible_host": s.Address, "ansible_port": s.WinRM.Port, "ansible_winrm_scheme": s.WinRM.Scheme, "ansible_winrm_ca_trust_path": t.CAFile(),
		}
		if s.HasRole(farm.RoleFrontEndWeb) {
			web[s.Name] = nil
		}
		if s.HasRole(farm.RoleApplication) {
			application[s.Name] = nil
		}
	}
	return map[string]any{"all": map[string]any{
		"vars": map[string]any{"setup_user": t.rollout.Credentials[0].User, "setup_password": password, "sql_server": own.SQLServers[0].Name},
		"children": map[string]any{
			"farm": map[string]any{
				"hosts": hosts,
				"vars": map[string]any{
					"ansible_connection": "winrm", "ansible_winrm_transport": "ntlm", "ansible_user": t.rollout.Credentials[0].User, "ansible_password": password,
				},
			},
			"web":         map[string]any{"hosts": web},
			"application": map[string]any{"hosts": application},
		},
	}}
}
