package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// recordedFile is the farm that is recorded: the smallest that has everything, and one gate.
const recordedFile = `rollout: recorded
release: infrastructure-update
requested_by: alice
operators: [dave, erin]
license_terms:
  - {package: KB951695, accepted_by: alice}
  - {package: KB951297, accepted_by: alice}
groups:
  - {name: change, members: [{name: bob}, {name: carol}]}
gates:
  - {name: continue, group: change, remind: 0s}
packages: {directory: 'C:\Updates'}
credentials:
  - {name: setup, user: 'CONTOSO\sp-setup', password: 'env:SP_SETUP_PASSWORD'}
farms:
  - name: farm-0000
    defaults: {connect_as: setup, run_as: setup, stage: 'D:\farmhand'}
    servers:
      - {name: APP01, address: 10.0.0.11, roles: [central-administration, application, front-end-web]}
    sql_servers:
      - {name: SQL01, address: 10.0.0.21, encrypt: login, backup: {directory: 'E:\Backup'}}
    databases: {configuration: SharePoint_Config, on: SQL01, expect: [SharePoint_AdminContent]}
    project_web_access:
      - {url: 'http://pwa.contoso/pwa', on: SQL01, published: PWA_Published, draft: PWA_Draft, archive: PWA_Archive, reporting: PWA_Reporting}
`

// record updates one farm with farmhand's own programs against the simulator and keeps what its activities were asked and answered.
func record(ctx context.Context, o options) (recording, error) {
	dir := filepath.Join(o.dir, "recorded")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return recording{}, err
	}
	file, bundle := filepath.Join(dir, "rollout.yaml"), filepath.Join(dir, "evidence")
	if err := os.WriteFile(file, []byte(recordedFile), 0o600); err != nil {
		return recording{}, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(o.bin, "starter"), "rehearse", "-f", file, "--approve", "all", "--pace", "5000",
		"--state", filepath.Join(dir, "state"), "--bundle", bundle, "-o", "json")
	if out, err := cmd.CombinedOutput(); err != nil {
		return recording{}, fmt.Errorf("the farm could not be recorded: %w\n%s", err, out)
	}
	return bundled(bundle)
}
