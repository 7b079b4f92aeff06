# From a processed.<site>.data file of the UCI heart disease data (14 columns, no header, ? = missing)
# to a CSV with a header in which missing is empty. A cholesterol or a blood pressure of 0 is impossible: missing.
BEGIN { FS = OFS = ","; print "age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,slope,ca,thal,num" }
{
  sub(/\r$/, "")
  for (i = 1; i <= NF; ++i) {
    missing = $i == "?" || $i == "" || ((i == 4 || i == 5) && $i + 0 == 0)
    $i = missing ? "" : $i + 0
  }
  print
}
