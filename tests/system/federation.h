#ifndef CONSILIUM_TESTS_SYSTEM_FEDERATION_H_
#define CONSILIUM_TESTS_SYSTEM_FEDERATION_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace consilium::testing {

extern const std::vector<std::string> kHospitals;

// A federation of the real programs in a folder of its own, put there by the real commands: an
// authority, a coordinator, four hospitals, an operator called alice and a clinician called bob.
// The hospitals' patients are the heart disease data where it is there, otherwise synthetic ones.
class Federation {
 public:
  Federation();
  ~Federation();

  // A party's folder, and what it has there.
  std::string Folder(const std::string& party) const { return home_ / party; }
  void Write(const std::string& party, const std::string& file, const std::string& text) const;

  // Keys and a certificate in `party`/tls, signed by the authority in the folder `authority`.
  void Enrol(const std::string& role, const std::string& party,
             const std::string& authority = "authority", const std::string& federation = "heart");
  void MakeAuthority(const std::string& folder, const std::string& federation = "heart");
  std::string TlsTable(const std::string& party) const;

  // Starts a daemon. It is up once it announced where it listens.
  void StartCoordinator();
  void StartNode(const std::string& site);
  void StartAll();
  Process& daemon(const std::string& party) { return *daemons_.at(party); }
  std::string Log(const std::string& party) const;
  std::string AddressOf(const std::string& party, const std::string& service) const;

  // `consilium ...`; `who` names whose configuration and certificate it uses.
  Finished Consilium(Arguments arguments, const std::string& who = "alice", double seconds = 60);
  Finished Consiliumd(Arguments arguments, double seconds = 30);

  // A plan of so many rounds.
  std::string Plan(int rounds) const;

  // `run status --json` of a run; null while there is none.
  nlohmann::json Status(const std::string& run);
  bool ReachesRound(const std::string& run, int round, double seconds = 60);
  bool Finishes(const std::string& run, double seconds = 120);

 private:
  void WriteCoordinator();
  void WriteNode(const std::string& site);
  void GivePatients(const std::string& site);
  void Expect(const Finished& finished, const std::string& what) const;

  TemporaryFolder home_;
  std::string coordinator_address_ = "127.0.0.1:0";
  std::map<std::string, std::unique_ptr<Process>> daemons_;
};

// What all sites of a finished run say their model is; fails the test if they disagree.
std::string AgreedModel(const nlohmann::json& status);

}  // namespace consilium::testing

#endif  // CONSILIUM_TESTS_SYSTEM_FEDERATION_H_
