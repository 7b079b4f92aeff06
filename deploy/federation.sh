# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # its caller sets and reads variables
# How a federation of the heart disease data is put into folders: sourced by demo.sh and by the
# container test. Each party has its own folder, with its own key, certificate and configuration,
# and, if it is a hospital, its own patients.
#
# Needs: consilium (the path of the binary), home (the folder to write to), root (of the sources),
# and step_log (a file that takes what the commands print).

sites=(cleveland hungarian switzerland va)

make_authority() {
  "$consilium" pki init --authority "$home/authority" --federation heart >>"$step_log" 2>&1
}

# enrol ROLE NAME [--dns NAME | --ip ADDRESS]...: the party makes its key and a signing request; the
# authority signs it as what the operator says; the key never leaves the party's folder.
enrol() {
  local role=$1 name=$2
  shift 2
  local tls=$home/$name/tls
  {
    "$consilium" pki request --directory "$tls" --federation heart --role "$role" --name "$name" "$@" &&
      "$consilium" pki sign --authority "$home/authority" --request "$tls/$name.csr" \
        --role "$role" --name "$name" "$@" --out "$tls/$name.crt" &&
      cp "$home/authority/authority.crt" "$tls/"
  } >>"$step_log" 2>&1
}

# tls_table NAME: the [tls] table of a configuration in NAME's folder.
tls_table() {
  printf '[tls]\ncertificate = "tls/%s.crt"\nkey = "tls/%s.key"\nauthority = "tls/authority.crt"\n' "$1" "$1"
}

# write_client PERSON coordinator|node ADDRESS: whom a person's commands call, and as whom.
write_client() {
  {
    printf '[%s]\naddress = "%s"\n\n' "$2" "$3"
    tls_table "$1"
  } >"$home/$1/client.toml"
}

# write_coordinator LISTEN STATE
write_coordinator() {
  cp "$root/examples/heart/schema.toml" "$home/coordinator/"
  {
    printf '[coordinator]\nlisten = "%s"\nstate = "%s"\nschema = "schema.toml"\n\n' "$1" "$2"
    tls_table coordinator
  } >"$home/coordinator/coordinator.toml"
}

# write_node SITE COORDINATOR LISTEN STATE: LISTEN is for consultations.
write_node() {
  cp "$root/examples/heart/schema.toml" "$home/$1/"
  {
    printf '[node]\nsite = "%s"\ncoordinator = "%s"\nstate = "%s"\nschema = "schema.toml"\n\n' "$1" "$2" "$4"
    printf '[data]\ncohort = "patients.csv"\nmapping = "mapping.toml"\n\n'
    printf '[consultation]\nlisten = "%s"\n\n' "$3"
    tls_table "$1"
  } >"$home/$1/node.toml"
}

# give_patients DATA: each hospital gets its own file and no other. Sets data_says.
give_patients() {
  local data=$1 site
  if has_csv "$data"; then
    data_says="UCI heart disease data from $data"
    for site in "${sites[@]}"; do give "$site" "$data/$site.csv" "$site"; done
    (cd "$data" && grep -v processed "$root/examples/heart/SHA256SUMS" | sha256sum --check --status) ||
      data_says="patients of your own from $data"
  elif "$root/examples/heart/fetch.sh" "$home/download" >>"$step_log" 2>&1; then
    data_says="UCI heart disease data, fetched and checked"
    for site in "${sites[@]}"; do give "$site" "$home/download/processed.$site.data" processed; done
  else
    data_says="SYNTHETIC patients: no $data, and the public source cannot be reached"
    synthetic=1
    for site in "${sites[@]}"; do
      cp "$root/examples/heart/sites/$site.toml" "$home/$site/mapping.toml"
      "$consilium" cohort synthesise --schema "$root/examples/heart/schema.toml" --site "$site" \
        --mapping "$home/$site/mapping.toml" --seed "$SEED" --out "$home/$site/patients.csv" \
        >>"$step_log" 2>&1 || return
    done
  fi
}

has_csv() {
  local site
  for site in "${sites[@]}"; do [[ -r $1/$site.csv ]] || return 1; done
}

# give SITE FILE MAPPING
give() {
  cp "$2" "$home/$1/patients.csv"
  cp "$root/examples/heart/sites/$3.toml" "$home/$1/mapping.toml"
}

# address_of PARTY SERVICE: what a daemon that was told port 0 listens on; fails while it is not up.
address_of() {
  sed -n "s/.*\"$2\": *\"\([^\"]*\)\".*/\1/p" "$home/$1/state/ports.json" 2>/dev/null | grep .
}
