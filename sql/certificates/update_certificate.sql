-- Whether anyone may read a certificate's PDF.
update certificates set is_public = :is_public where id = :certificate_id;
