#!/bin/sh
# Makes the keys and signatures of these tests with the ssh-keygen of the machine. The private keys are thrown away.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'approve continue on evidence 9c1e44d0\n' > message.txt
for kind in ed25519 rsa:3072 ecdsa:256 ecdsa:384 ecdsa:521 rsa:1024; do
  type=${kind%:*} bits=${kind#*:} name=$(echo "$kind" | tr -d :)
  if [ "$bits" = "$type" ]; then bits=""; else bits="-b $bits"; fi
  ssh-keygen -q -t "$type" $bits -N '' -C "$name" -f "$work/$name"
  cp "$work/$name.pub" "$name.pub"
  ssh-keygen -q -Y sign -f "$work/$name" -n farmhand < message.txt > "$name.sig"
done
ssh-keygen -q -Y sign -f "$work/ed25519" -n file < message.txt > wrong-namespace.sig
ssh-keygen -q -Y sign -f "$work/ed25519" -n farmhand -O hashalg=sha256 < message.txt > sha256.sig
printf 'approve continue on evidence 00000000\n' | ssh-keygen -q -Y sign -f "$work/ed25519" -n farmhand > other-message.sig
